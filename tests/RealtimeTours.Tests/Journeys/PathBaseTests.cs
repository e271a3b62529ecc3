using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>The system in one process behind a proxy that shows it below a path, whether the proxy leaves the path away or passes it on.</summary>
public sealed class PathBaseTests
{
    [Theory]
    [InlineData("/tours", true)] // as the pages' own addresses begin
    [InlineData("/tours", false)]
    [InlineData("/live/seats", true)]
    [InlineData("/live/seats", false)]
    public async Task Pages_calls_and_addresses_are_below_the_path(string path, bool strips)
    {
        await using var proxy = new PathProxy(path, strips);
        await using var system = await StartAsync(proxy, path);
        using var visitor = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(proxy.Address) };

        foreach (var page in new[] { "", "/", "/tours/rome-by-night", "/bookings", "/operations" })
        {
            var html = await visitor.GetStringAsync(path + page);
            foreach (var asset in html.Split('"').Where(text => text.Contains("/assets/", StringComparison.Ordinal)))
            {
                asset.ShouldStartWith($"{path}/assets/");
                using var file = await visitor.GetAsync(asset);
                file.StatusCode.ShouldBe(HttpStatusCode.OK, asset);
                file.Headers.CacheControl!.ToString().ShouldContain("immutable");
            }
        }
        var config = await visitor.GetFromJsonAsync<JsonElement>($"{path}/config.json");
        config.GetProperty("hubUrl").GetString().ShouldBe($"{path}/hubs/availability");
        (await visitor.GetStringAsync($"{path}/openapi/v1.json")).ShouldContain($"{path}\"");
        using var unknown = await visitor.GetAsync($"{path}/api/nothing");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var olga = await new RestClient($"{proxy.Address}{path}/").SignInAsync("olga", "operator");
        using var created = await olga.Http.PostAsJsonAsync("api/tours", new
        {
            id = $"t-{Guid.NewGuid():N}", name = "Below", destination = "Lisbon", category = "walk", durationHours = 2, price = 10, currency = "EUR",
            departures = new[] { new { date = DateTimeOffset.UtcNow.AddDays(20), capacity = 9 } },
        });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        var tour = await ShouldBeFoundAsync(olga, created, path);
        using var booking = new HttpRequestMessage(HttpMethod.Post, "api/bookings")
        {
            Content = JsonContent.Create(new
            {
                tourId = tour.GetProperty("tour").GetProperty("id").GetString(),
                date = tour.GetProperty("tour").GetProperty("departures")[0].GetProperty("date").GetString(), participants = 1,
            }),
        };
        booking.Headers.Add("Idempotency-Key", "one");
        using var booked = await olga.Http.SendAsync(booking);
        await ShouldBeFoundAsync(olga, booked, path);
        await using var watcher = await HubClient.ConnectAsync($"{proxy.Address}{path}/hubs/availability");
        (await watcher.WatchTourAsync("nowhere")).Departures.ShouldBeEmpty();
        // Probes come past the proxy.
        using var direct = new HttpClient();
        (await direct.GetAsync($"{system.Web}/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_a_real_browser_one_visitor_books_and_the_other_sees_it(bool strips)
    {
        await using var proxy = new PathProxy("/tours", strips);
        await using var system = await StartAsync(proxy, "/tours");
        using var visitor = new RestClient(system.Web);
        var (tourId, departure) = await visitor.DepartureWithSeatsAsync(8);
        var pictures = Directory.CreateTempSubdirectory("rtt-");
        var date = JsonSerializer.Serialize(departure.Date, WireJson.Options).Trim('"');
        var output = await NodeScript.RunAsync("browser-journey.mjs", $"{proxy.Address}/tours", tourId, date, pictures.FullName);
        JsonDocument.Parse(output).RootElement.GetProperty("after").GetInt32().ShouldBe(departure.AvailableSpots - 2);
        pictures.Delete(recursive: true);
    }

    private static async Task<RunningSystem> StartAsync(PathProxy proxy, string path)
    {
        var system = await RunningSystem.StartEmbeddedAsync(("PATH_BASE", path), ("WEBSOCKET_CORS_ORIGIN", proxy.Address));
        await proxy.StartAsync(system.Web);
        return system;
    }

    private static async Task<JsonElement> ShouldBeFoundAsync(RestClient client, HttpResponseMessage created, string path)
    {
        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        created.Headers.Location!.OriginalString.ShouldStartWith($"{path}/api/");
        return (await client.Http.GetFromJsonAsync<JsonElement>(created.Headers.Location)).GetProperty("data");
    }
}
