using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Web.Tours;

/// <summary>Reads of a Web node whose way to Redis refuses, or swallows everything, which no error tells.</summary>
public class ReadsWithoutRedisTests
{
    private static readonly DateTimeOffset Soon = new(DateTimeOffset.UtcNow.Date.AddDays(20), TimeSpan.Zero);

    [Fact]
    public async Task Reads_start_and_go_on_without_Redis_and_use_it_as_soon_as_it_is_there()
    {
        var redis = await SharedServers.Redis;
        await using var path = new TcpProxy(redis.Port) { Refuses = true };
        var servers = await ServerSettings.OnSharedServersAsync() with { Redis = $"redis://127.0.0.1:{path.Port}" };
        await using var node = new HostProcess("Web", servers.ToEnvironment()) { WaitUntilReady = false };
        await node.StartAsync();
        using var client = await new RestClient(node.Address).SignInAsync("olga", "operator");
        await using var direct = redis.Connect();
        var database = await direct.DatabaseAsync();
        async Task<bool> ListensAsync() => ((string[])(await database.ExecuteAsync("PUBSUB", "CHANNELS", $"{servers.Prefix}:tours.*"))!).Length > 0;

        await Eventually.ShouldBeTrueAsync(() => MadeAsync("while-refused"));
        await ReadsAreFastAsync("while-refused", "read-while-refused");
        (await ListensAsync()).ShouldBeFalse();
        path.Refuses = false;
        await Eventually.ShouldBeTrueAsync(ListensAsync);
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            var id = $"shared-{Guid.NewGuid():N}"; // what was read before is taken over into Redis only when it is read from the database again
            await MadeAsync(id);
            await client.TourAsync(id);
            return await database.KeyExistsAsync($"{servers.Prefix}:v2:tour:{id}");
        });

        path.Stall();
        await ReadsAreFastAsync("while-refused", "read-while-stalled");
        (await client.Http.PutAsJsonAsync("/api/tours/while-refused", SaveTourSpecs.Tour() with { Name = "Changed" })).EnsureSuccessStatusCode();
        (await client.TourAsync("while-refused")).Name.ShouldBe("Changed");
        path.Resume();
        path.Cut();
        await Eventually.ShouldBeTrueAsync(ListensAsync);

        async Task<bool> MadeAsync(string id) =>
            (await client.PostAsync("/api/tours", SaveTourSpecs.Tour(new SaveDepartureRequest(Soon, 9)) with { Id = id }))
                .Status is HttpStatusCode.Created or HttpStatusCode.Conflict;

        // The fastest of several at once: a way to Redis that is waited for delays all of them, a busy machine does not.
        async Task ReadsAreFastAsync(string kept, string prefix)
        {
            await client.TourAsync(kept);
            foreach (var id in new Func<int, string>[] { _ => kept, n => $"{prefix}-{n}" })
                (await FastestAsync(id)).ShouldBeLessThan(TimeSpan.FromSeconds(1)); // Redis' own timeout is 1.5 s
        }

        async Task<TimeSpan> FastestAsync(Func<int, string> id) => (await Task.WhenAll(Enumerable.Range(0, 10).Select(async n =>
        {
            var clock = Stopwatch.StartNew();
            using var answer = await client.Http.GetAsync($"/api/tours/{id(n)}");
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
            return clock.Elapsed;
        }))).Min();
    }
}
