using RealtimeTours.Contracts.Events;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub;

/// <summary>A node whose Redis answers later than a command may take.</summary>
public sealed class SlowRedisTests
{
    [Fact]
    public async Task A_subscription_that_was_confirmed_late_shows_every_alert_once()
    {
        var redis = await SharedServers.Redis;
        await using var path = new TcpProxy(redis.Port);
        var settings = await HubNode.DistributedAsync(redis);
        await using var slow = await HubNode.StartAsync(settings with { RedisUrl = $"redis://127.0.0.1:{path.Port}" });
        path.Delay = TimeSpan.FromSeconds(3); // twice what a command may take
        await using var late = await HubNode.StartAsync(settings with { RedisUrl = $"redis://127.0.0.1:{path.Port}" });
        await using var other = await HubNode.StartAsync(settings);
        HubClient[] clients = [await slow.ConnectAsync(), await late.ConnectAsync(), await other.ConnectAsync()];
        foreach (var client in clients) await client.WatchTourAsync("t");
        await Task.Delay(TimeSpan.FromSeconds(8)); // the slow time: everything that asks Redis gives up a few times
        path.Delay = TimeSpan.Zero;

        // Connections broken by the slowness are still being made anew: what is announced meanwhile misses their nodes. Each alert has its own date.
        var published = 0;
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await other.PublishAsync(
                EventTypes.TourSoldOut, new TourSoldOut("t", States.Noon, States.Departure.AddMinutes(++published), 1_000));
            return DatesOf(clients[0]).Intersect(DatesOf(clients[1])).Intersect(DatesOf(clients[2])).Any();
        });
        await Eventually.ShouldBeTrueAsync(() => DatesOf(clients[2]).Distinct().Count() == published);
        foreach (var client in clients) DatesOf(client).ShouldBeUnique();
    }

    private static DateTimeOffset?[] DatesOf(HubClient client) => [.. client.Alerts.Select(alert => alert.Date)];
}
