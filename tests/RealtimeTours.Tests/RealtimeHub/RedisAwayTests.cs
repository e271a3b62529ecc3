using System.Diagnostics;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Events;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub;

public class RedisAwayTests
{
    [Fact]
    public async Task Seat_counts_flow_while_Redis_is_away_and_an_empty_Redis_is_filled_again()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        var settings = await HubNode.DistributedAsync(redis);
        await using var one = await HubNode.StartAsync(settings);
        await using var two = await HubNode.StartAsync(settings);
        var (here, there) = (await one.ConnectAsync(), await two.ConnectAsync());
        foreach (var client in new[] { here, there }) await client.WatchToursAsync("t", "u");
        await one.UpdateAsync("t", 9, 1);
        await one.UpdateAsync("u", 7, 1);
        await BothShow("t", 9);
        await BothShow("u", 7);
        await Eventually.ShouldBeTrueAsync(async () => (await one.Get<IAvailabilityBoard>().ReadAsync(["t", "u"])).Count == 2);

        await redis.KillAsync();
        await one.UpdateAsync("t", 8, 2);
        await BothShow("t", 8); // the fast path needs no Redis
        var late = await one.ConnectAsync();
        (await late.WatchTourAsync("t")).Departures.Single().AvailableSpots.ShouldBe(8);

        await redis.StartAsync();
        await EmptyAsync(redis);
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            var board = await two.Get<IAvailabilityBoard>().ReadAsync(["t", "u"]);
            return board["t"].Single().AvailableSpots == 8 && board["u"].Single().AvailableSpots == 7;
        });
        // The other node has reached Redis again; this one may need another second.
        await Eventually.ShouldBeTrueAsync(async () => await one.Get<IAvailabilityBoard>().ApplyAsync([States.State("u", 6, 2)]) == 1);
        await BothShow("u", 6);
        await one.PublishAsync(EventTypes.AvailabilityRestored, new TourAvailabilityRestored("t", 10, DateTimeOffset.UtcNow, States.Departure, 3));
        await Eventually.ShouldBeTrueAsync(() => !here.Alerts.IsEmpty && !there.Alerts.IsEmpty);

        Task BothShow(string tour, int spots) => Eventually.ShouldBeTrueAsync(() => new[] { here, there }.All(c => Shows(c, tour, spots)));
    }

    [Fact]
    public async Task A_node_starts_without_Redis_and_shows_seat_counts()
    {
        await using var redis = new RedisServer();
        await using var node = await HubNode.StartAsync(await HubNode.DistributedAsync(redis));
        var client = await node.ConnectAsync();
        await client.WatchTourAsync("t");
        await node.UpdateAsync("t", 5, 1);
        await Eventually.ShouldBeTrueAsync(() => Shows(client, "t", 5));

        await redis.StartAsync();
        await Eventually.ShouldBeTrueAsync(async () => (await node.Get<IAvailabilityBoard>().ReadAsync(["t"]))["t"].Single().AvailableSpots == 5);
    }

    [Fact]
    public async Task Alerts_that_come_while_Redis_is_away_for_longer_than_all_retries_are_told_once_when_it_is_back()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var node = await HubNode.StartAsync(await HubNode.DistributedAsync(redis), ("Messaging:RetryDelays", "0.05,0.1"));
        var client = await node.ConnectAsync();
        await client.WatchTourAsync("t");
        await redis.KillAsync();
        for (var spots = 1; spots <= 5; spots++)
            await node.PublishAsync(EventTypes.AvailabilityLow, new TourAvailabilityLow("t", spots, AlertLevels.Critical, States.Departure, spots));
        var clock = Stopwatch.StartNew();
        await Eventually.ShouldBeTrueAsync(() => clock.Elapsed > TimeSpan.FromSeconds(4));
        client.Alerts.ShouldBeEmpty();

        await redis.StartAsync();
        await Eventually.ShouldBeTrueAsync(() => client.Alerts.Count >= 5);
        (await node.Get<IDeadLetters>().CountAsync(RealtimeHubConsumer.Name)).ShouldBe(0);
        client.Alerts.Select(alert => alert.AvailableSpots).ShouldBe([1, 2, 3, 4, 5], ignoreOrder: true);
    }

    [Fact]
    public async Task An_alert_whose_answers_from_Redis_got_lost_is_told_when_it_is_back_without_a_failed_attempt()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var way = new TcpProxy(redis.Port);
        var settings = await HubNode.DistributedAsync(redis) with { RedisUrl = $"redis://127.0.0.1:{way.Port}" };
        await using var node = await HubNode.StartAsync(settings, ("Messaging:RetryDelays", "0.05"));
        var client = await node.ConnectAsync();
        await client.WatchTourAsync("t");
        await node.UpdateAsync("t", 9, 1);
        await Eventually.ShouldBeTrueAsync(async () => (await node.Get<IAvailabilityBoard>().ReadAsync(["t"])).Count == 1);
        // Redis hears that the node claims the event and the node does not hear that it has it.
        way.Stall(toServer: false);
        await node.PublishAsync(EventTypes.TourUpdated, new TourChanged("t", "Harbour", "Lisbon", "walk", 2, 30, "EUR"), eventId: "evt_lost");
        var keys = node.Get<RedisKeys>();
        await using var beside = redis.Connect();
        var claim = keys.ProcessedEvent(RealtimeHubConsumer.Name, "evt_lost");
        await Eventually.ShouldBeTrueAsync(async () => await (await beside.DatabaseAsync()).KeyExistsAsync(claim));
        var clock = Stopwatch.StartNew();
        await Eventually.ShouldBeTrueAsync(() => clock.Elapsed > TimeSpan.FromSeconds(4));

        way.Resume();
        var beforeTheClaimLapses = TimeSpan.FromSeconds(25);
        await Eventually.ShouldBeTrueAsync(() => client.Others.Any(o => o.Method == "TourUpdated"), beforeTheClaimLapses);
        (await node.Get<IDeadLetters>().CountAsync(RealtimeHubConsumer.Name)).ShouldBe(0);
    }

    [Fact]
    public async Task A_users_event_that_a_node_claimed_without_knowing_it_is_told_by_another_node_when_that_one_stops()
    {
        var redis = await SharedServers.Redis;
        await using var way = new TcpProxy(redis.Port);
        var settings = await HubNode.DistributedAsync(redis);
        var retries = ("Messaging:RetryDelays", "1,5");
        var deaf = await HubNode.StartAsync(settings with { RedisUrl = $"redis://127.0.0.1:{way.Port}" }, retries);
        // Redis hears that the node claims the event, and the node does not hear that it has it.
        way.Stall(toServer: false);
        var booking = new BookingPlaced("b", "t", "anna", States.Departure, 1, 30, "EUR");
        await deaf.PublishAsync(EventTypes.BookingConfirmed, booking, eventId: "evt_claimed");
        var claim = deaf.Get<RedisKeys>().ProcessedEvent(RealtimeHubConsumer.Name, "evt_claimed");
        await using var beside = redis.Connect();
        await Eventually.ShouldBeTrueAsync(async () => await (await beside.DatabaseAsync()).KeyExistsAsync(claim));

        await using var other = await HubNode.StartAsync(settings, retries);
        var anna = await other.ConnectAsync("anna");
        await deaf.DisposeAsync(); // gives the event back

        await Eventually.ShouldBeTrueAsync(() => anna.Bookings.Any(update => update.BookingId == "b"));
        (await other.Get<IDeadLetters>().CountAsync(RealtimeHubConsumer.Name)).ShouldBe(0);
        anna.Bookings.Count.ShouldBe(1);
    }

    private static bool Shows(HubClient client, string tour, int spots) =>
        client.Updates.LastOrDefault(u => u.TourId == tour)?.AvailableSpots == spots;

    private static async Task EmptyAsync(RedisServer redis)
    {
        await using var connection = new RedisConnection(redis.Url);
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await (await connection.DatabaseAsync()).ScriptEvaluateAsync("redis.call('FLUSHALL')");
            return true;
        });
    }
}
