using System.Text.Json;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.Journeys;

/// <summary>Two pages in a real browser. The pictures it takes are kept in <c>artifacts/pictures</c>; the README shows them.</summary>
public class BrowserJourneyTests
{
    [Fact]
    public async Task Who_books_in_one_window_changes_the_number_in_the_other()
    {
        await using var system = await RunningSystem.StartEmbeddedAsync();
        using var visitor = new RestClient(system.Web);
        var (tourId, departure) = await visitor.DepartureWithSeatsAsync(8);
        var pictures = Path.Combine(Repository.Root, "artifacts", "pictures");
        Directory.CreateDirectory(pictures);

        var date = JsonSerializer.Serialize(departure.Date, WireJson.Options).Trim('"');
        var output = await NodeScript.RunAsync("browser-journey.mjs", system.Web, tourId, date, pictures);

        var result = JsonDocument.Parse(output).RootElement;
        result.GetProperty("after").GetInt32().ShouldBe(departure.AvailableSpots - 2);
        result.GetProperty("correlationId").GetString().ShouldNotBeNull("the browser's log ties the click to the server's log");
        foreach (var picture in new[] { "tours.png", "tour-booked.png", "tour-phone.png" })
            new FileInfo(Path.Combine(pictures, picture)).Length.ShouldBeGreaterThan(10_000);
        (await visitor.TourAsync(tourId)).Departures.Single(d => d.Date == departure.Date).AvailableSpots.ShouldBe(departure.AvailableSpots - 2);
    }
}
