using System.Net;
using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.Journeys;

/// <summary>Two pages in a real browser. The pictures it takes are kept in <c>artifacts/pictures</c>; the README shows some of them.</summary>
public class BrowserJourneyTests(EmbeddedJourneyTests.Fixture fixture) : IClassFixture<EmbeddedJourneyTests.Fixture>
{
    private static readonly string Pictures = Path.Combine(Repository.Root, "artifacts", "pictures");

    private RunningSystem System => fixture.System;

    [Fact]
    public async Task Who_books_in_one_window_changes_the_number_in_the_other()
    {
        using var visitor = new RestClient(System.Web);
        var (tourId, departure) = await visitor.DepartureWithSeatsAsync(8);

        var output = await RunAsync("browser-journey.mjs", tourId, DateOf(departure));

        var result = JsonDocument.Parse(output).RootElement;
        result.GetProperty("after").GetInt32().ShouldBe(departure.AvailableSpots - 2);
        result.GetProperty("correlationId").GetString().ShouldNotBeNull("the browser's log ties the click to the server's log");
        ShouldHavePictures("tours.png", "tour-booked.png", "tour-phone.png");
        (await visitor.TourAsync(tourId)).Departures.Single(d => d.Date == departure.Date).AvailableSpots.ShouldBe(departure.AvailableSpots - 2);
    }

    [Fact]
    public async Task Who_pays_by_card_sees_pending_turn_into_confirmed_and_who_waits_gets_the_seats_given_back()
    {
        using var visitor = new RestClient(System.Web);
        var (tourId, departure) = await visitor.DepartureWithSeatsAsync(8);

        await RunAsync("paid-journey.mjs", tourId, DateOf(departure), $"{departure.AvailableSpots}");

        ShouldHavePictures("payment-pending.png", "waiting-list-joined.png", "waiting-list-offer.png");
        using var paula = await new RestClient(System.Web).SignInAsync("paula");
        using var bob = await new RestClient(System.Web).SignInAsync("bob");
        (await StatusesAsync(paula, tourId, departure)).ShouldBe([BookingStatus.Cancelled]);
        (await StatusesAsync(bob, tourId, departure)).ShouldBe([BookingStatus.Failed]);
    }

    [Fact]
    public async Task A_guide_says_who_came_and_who_came_sees_it_and_rates_the_tour()
    {
        using var olga = await new RestClient(System.Web).SignInAsync("olga", "operator");
        var (begins, later) = (DateTimeOffset.UtcNow.AddSeconds(15), DateTimeOffset.UtcNow.AddHours(5));
        await olga.PostAsync("/api/tours", new SaveTourRequest(
            "Guided", "Lisbon", "walk", 2, 10, "EUR", Id: "guided",
            Departures: [new SaveDepartureRequest(begins, 9), new SaveDepartureRequest(later, 9)]));
        using var gina = await new RestClient(System.Web).SignInAsync("gina");
        using var nils = await new RestClient(System.Web).SignInAsync("nils");
        foreach (var (guest, date) in new[] { (gina, begins), (nils, begins), (nils, later) })
            (await guest.BookAsync("guided", date, 2)).Status.ShouldBe(HttpStatusCode.Created);

        await RunAsync("guide-journey.mjs", "guided", "gina", "nils");

        ShouldHavePictures("guide-manifest.png", "rating.png");
        (await StatusesAsync(gina, "guided")).ShouldBe([BookingStatus.Completed]);
        (await StatusesAsync(nils, "guided")).ShouldBe([BookingStatus.Completed, BookingStatus.NoShow]);
        var rated = await gina.TourAsync("guided");
        (rated.AverageRating, rated.RatingCount).ShouldBe((4, 1));
    }

    private Task<string> RunAsync(string script, params string[] arguments)
    {
        Directory.CreateDirectory(Pictures);
        return NodeScript.RunAsync([script, System.Web, .. arguments, Pictures]);
    }

    private static void ShouldHavePictures(params string[] names)
    {
        foreach (var name in names) new FileInfo(Path.Combine(Pictures, name)).Length.ShouldBeGreaterThan(10_000);
    }

    private static string DateOf(DepartureView departure) => JsonSerializer.Serialize(departure.Date, WireJson.Options).Trim('"');

    // Newest first.
    private static async Task<IEnumerable<string>> StatusesAsync(RestClient client, string tourId) =>
        (await client.DataAsync<BookingPage>("/api/bookings")).Bookings.Where(booking => booking.TourId == tourId).Select(booking => booking.Status);

    private static async Task<IEnumerable<string>> StatusesAsync(RestClient client, string tourId, DepartureView departure) =>
        (await client.DataAsync<BookingPage>("/api/bookings")).Bookings.Where(booking => (booking.TourId, booking.Date) == (tourId, departure.Date))
            .Select(booking => booking.Status);
}
