using System.Diagnostics;
using System.Net;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Tests.Platform.Redis;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub;

public sealed class RedisFoundLaterTests
{
    [Fact]
    public async Task Nodes_that_start_before_any_Sentinel_hear_each_other_once_there_is_one()
    {
        await using var redis = new RedisSentinels();
        var settings = await HubNode.DistributedAsync() with { RedisUrl = redis.Url };
        await using var one = await HubNode.StartAsync(settings);
        await using var two = await HubNode.StartAsync(settings);
        using var http = new HttpClient();
        (await http.GetAsync($"{one.Address}/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await redis.StartAsync();

        foreach (var node in new[] { one, two })
            await Eventually.ShouldBeTrueAsync(async () => (await http.GetAsync($"{node.Address}/health/ready")).StatusCode == HttpStatusCode.OK);
        var (here, there) = (await one.ConnectAsync(), await two.ConnectAsync());
        foreach (var client in new[] { here, there }) await client.WatchTourAsync("t");
        var version = 0;
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            // A node that has just found Redis may not listen yet to what is published in the same second.
            await one.PublishAsync(
                EventTypes.AvailabilityLow, new TourAvailabilityLow("t", 2, AlertLevels.Critical, States.Departure, ++version));
            return new[] { here, there }.All(client => !client.Alerts.IsEmpty);
        });
        await Eventually.ShouldBeTrueAsync(() => new[] { here, there }.All(client => client.Viewers.LastOrDefault() == new ViewersChanged("t", 2)));
    }

    [Fact]
    public async Task A_node_whose_channels_were_forbidden_for_a_minute_hears_again_by_itself()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var node = await HubNode.StartAsync(await HubNode.DistributedAsync(redis));
        await using var beside = redis.Connect();
        using var http = new HttpClient();
        await ShouldBecomeAsync(HttpStatusCode.OK);

        await RightsAsync("resetchannels");
        await ShouldBecomeAsync(HttpStatusCode.ServiceUnavailable);
        var clock = Stopwatch.StartNew();
        await Eventually.ShouldBeTrueAsync(() => clock.Elapsed > TimeSpan.FromSeconds(50)); // longer than the node looks for it often
        await RightsAsync("allchannels");

        await ShouldBecomeAsync(HttpStatusCode.OK);

        async Task RightsAsync(string rule) => await (await beside.DatabaseAsync()).ExecuteAsync("ACL", "SETUSER", "default", rule);

        Task ShouldBecomeAsync(HttpStatusCode status) =>
            Eventually.ShouldBeTrueAsync(async () => (await http.GetAsync($"{node.Address}/health/ready")).StatusCode == status);
    }
}
