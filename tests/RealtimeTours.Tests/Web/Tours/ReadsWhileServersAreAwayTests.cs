using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Web.Tours;

/// <summary>Reads of two Web nodes while the servers behind them are killed.</summary>
public class ReadsWhileServersAreAwayTests
{
    private static readonly DateTimeOffset Soon = new(DateTimeOffset.UtcNow.Date.AddDays(20), TimeSpan.Zero);

    [Fact]
    public async Task Tours_answer_without_the_database_without_events_and_without_Redis()
    {
        await using var redis = new RedisServer();
        await using var rabbitMq = new RabbitMqServer();
        await using var postgres = new PostgresServer();
        await Task.WhenAll(redis.StartAsync(), rabbitMq.StartAsync(), postgres.StartAsync());
        var settings = new ServerSettings(rabbitMq.Url, redis.Url, await postgres.CreateDatabaseAsync()).ToEnvironment();
        await using var firstNode = new HostProcess("Web", settings);
        await using var secondNode = new HostProcess("Web", settings);
        await Task.WhenAll(firstNode.StartAsync(), secondNode.StartAsync());
        using var first = await new RestClient(firstNode.Address).SignInAsync("olga", "operator");
        using var second = new RestClient(secondNode.Address);

        foreach (var id in new[] { "read-by-both", "read-by-one" })
            (await first.PostAsync("/api/tours", SaveTourSpecs.Tour(new SaveDepartureRequest(Soon, 9)) with { Id = id }))
                .Status.ShouldBe(HttpStatusCode.Created);
        await second.TourAsync("read-by-both");
        (await first.Http.PutAsJsonAsync("/api/tours/read-by-both", SaveTourSpecs.Tour() with { Name = "New name" })).EnsureSuccessStatusCode();
        await Eventually.ShouldBeTrueAsync(async () => (await second.TourAsync("read-by-both")).Name == "New name");
        await Eventually.ShouldBeTrueAsync(async () => (await second.ToursAsync()).Select(tour => tour.Name).Contains("New name"));
        // Kept for so long that no announcement is still on its way: the backplane is faster than the events, which make the nodes look once more.
        await Eventually.ShouldBeTrueAsync(async () =>
            (await AnswerAsync(first, "read-by-one")).Meta.CacheAge >= 5 && (await AnswerAsync(second, "read-by-both")).Meta.CacheAge >= 5);

        await postgres.KillAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await AnswerAsync(second, "read-by-both")).Meta is { DataSource: "cache", CacheAge: >= 2 });
        // Only the other node read it: Redis has it, which is given up on when it takes a quarter of a second, and here that may be the machine.
        await Eventually.ShouldBeTrueAsync(async () => (await AnswerAsync(second, "read-by-one")).Tour.Departures.Single().AvailableSpots == 9);
        (await second.DataAsync<TourPage>("/api/tours"))
            .ShouldSatisfyAllConditions(page => page.Total.ShouldBe(2), page => page.Meta.DataSource.ShouldBe("cache"));
        using (var unknown = await second.Http.GetAsync("/api/tours/not-kept"))
        {
            unknown.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            unknown.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
            (await unknown.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("database_away");
        }
        await postgres.StartAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await second.Http.GetAsync("/api/tours/not-kept")).StatusCode == HttpStatusCode.NotFound);

        // No events: who booked sees it at once all the same, the other node by way of the board in Redis.
        await rabbitMq.KillAsync();
        await BookAsync(first, 4);
        (await SeatsAsync(first)).ShouldBe((5, 5));
        await Eventually.ShouldBeTrueAsync(async () => await SeatsAsync(second) == (5, 5));

        // A change of the details by the cache's backplane: without it the other node would look again when what it has is a minute old, and the
        // second change finds it newer than that.
        foreach (var name in new[] { "First change", "Second change" })
        {
            (await first.Http.PutAsJsonAsync("/api/tours/read-by-both", SaveTourSpecs.Tour() with { Name = name })).EnsureSuccessStatusCode();
            await Eventually.ShouldBeTrueAsync(
                async () => (await second.TourAsync("read-by-both")).Name == name, TimeSpan.FromSeconds(name == "First change" ? 90 : 30));
        }

        // No board either: by way of the database.
        await redis.KillAsync();
        await BookAsync(first, 1);
        (await SeatsAsync(first)).ShouldBe((4, 4));
        await Eventually.ShouldBeTrueAsync(async () => await SeatsAsync(second) == (4, 4));
        (await first.PostAsync("/api/tours", SaveTourSpecs.Tour() with { Id = "made-without-redis" })).Status.ShouldBe(HttpStatusCode.Created);
        await Eventually.ShouldBeTrueAsync(async () => (await second.TourAsync("made-without-redis")).Name == "Alfama on foot");
    }

    private static async Task BookAsync(RestClient client, int participants) =>
        (await client.BookAsync("read-by-both", Soon, participants)).Status.ShouldBe(HttpStatusCode.Created);

    /// <summary>As the tour and as the list have it.</summary>
    private static async Task<(int, int)> SeatsAsync(RestClient client) =>
        ((await client.TourAsync("read-by-both")).AvailableSpots,
            (await client.ToursAsync()).Single(tour => tour.Id == "read-by-both").AvailableSpots);

    private static Task<TourAnswer> AnswerAsync(RestClient client, string id) => client.DataAsync<TourAnswer>($"/api/tours/{id}");
}
