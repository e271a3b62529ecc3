using System.Diagnostics.Metrics;
using RealtimeTours.Contracts.Events;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Telemetry;
using RealtimeTours.RealtimeHub.Watching;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>
/// A phone falls asleep: the hub gives its connection up, and what it finds when it wakes invites it back. Without that the stock clients stay away
/// for good, automatic reconnect or not.
/// </summary>
public sealed class SlowConnectionTests
{
    private const string InvitesBack = """{"type":7,"allowReconnect":true}""";

    [Fact]
    public async Task A_connection_that_took_no_seats_for_too_long_is_invited_back()
    {
        await using var node = await HubNode.StartAsync(null, ("RealtimeHub:SlowConsumerTimeout", "00:00:01"));
        for (var day = 0; day < 500; day++)
            node.Get<BoardCopy>().Apply(States.State("t", 5, version: 1, date: States.Departure.AddDays(day)));
        using var phone = await LongPollingClient.ConnectAsync(node.Address);
        await phone.SendAsync("""{"type":1,"invocationId":"1","target":"WatchTour","arguments":["t"]}"""); // more than waits between two polls
        await Eventually.ShouldBeTrueAsync(() => node.Get<Subscribers>().All.Single().Pushes.Count == 1);
        await node.UpdateAsync("t", 4, 2);
        await Eventually.ShouldBeTrueAsync(() => node.Get<HubMetrics>().SlowClosed.Value == 1);
        (await phone.PollToEndAsync()).Last().ShouldBe(InvitesBack);
    }

    [Fact]
    public async Task A_connection_that_let_too_many_messages_wait_is_invited_back()
    {
        await using var node = await HubNode.StartAsync();
        var closed = 0L;
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref closed, count));
        listener.EnableMeasurementEvents(node.Get<HubMetrics>().BackplaneSlowClosed);
        using var phone = await LongPollingClient.ConnectAsync(node.Address, node.Token("anna"));
        await Eventually.ShouldBeTrueAsync(() => node.Connections == 1);
        for (var i = 0; i < UserConnection.MaxWaitingWrites + 100; i++) // some fit into what waits between two polls
        {
            await node.PublishAsync(EventTypes.LoyaltyTierUpgraded, new
            {
                userId = "anna", previousTier = "bronze", newTier = "silver", totalPoints = i, upgradedAt = States.Noon,
                padding = new string('x', 1_000),
            });
        }
        await Eventually.ShouldBeTrueAsync(() => Volatile.Read(ref closed) == 1);
        (await phone.PollToEndAsync()).Last().ShouldBe(InvitesBack);
    }
}
