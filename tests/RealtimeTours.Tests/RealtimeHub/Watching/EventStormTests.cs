using System.Net.WebSockets;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

public class EventStormTests
{
    private static readonly string[] Tours = ["a", "b", "c", "d"];

    [Fact]
    public async Task Under_a_storm_of_shuffled_events_no_watcher_sees_anything_go_back_and_all_end_at_the_last_state()
    {
        await using var node = await HubNode.StartAsync(configuration: ("RealtimeHub:FlushInterval", "00:00:00.005"));
        const int last = 400;
        var rules = Enumerable.Range(0, 4).Select(_ => new WireRules()).ToArray();
        var clients = await Task.WhenAll(rules.Select(r => RawHubClient.ConnectAsync(node.Address, r.Frame)));
        foreach (var client in clients) client.StartReading();

        var publishing = Task.WhenAll(Tours.SelectMany(tour => Enumerable.Range(0, 2).Select(p => Task.Run(async () =>
        {
            var random = new Random(p);
            // Two publishers say the same, each in an order of its own.
            foreach (var version in Enumerable.Range(1, last).OrderBy(v => v + random.Next(60)))
            {
                await node.UpdateAsync(tour, version, version, eventId: $"{tour}{version}");
                if (version % 5 == 0) await Task.Delay(1); // pace, not a wait for a result
            }
        }))));
        await Task.WhenAll(clients.Zip(rules).Select((pair, seed) => WatchAndUnwatchAsync(pair.First, pair.Second, new Random(seed), publishing)));
        await publishing;
        foreach (var client in clients)
            foreach (var tour in Tours) await client.InvokeAsync(client.NextInvocationId(), "WatchTour", tour);

        await Eventually.ShouldBeTrueAsync(() => rules.All(r => Tours.All(tour => r.Shown(tour, States.Departure) == last)));
        rules.SelectMany(r => r.Breaches).ShouldBeEmpty();
        rules.Sum(r => r.Updates).ShouldBeGreaterThan(50);
        rules.Sum(r => r.Snapshots).ShouldBeGreaterThan(20);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task A_browser_that_stops_reading_delays_nobody_and_is_closed_in_time()
    {
        await using var node = await HubNode.StartAsync(
            configuration: [("RealtimeHub:SlowConsumerTimeout", "00:00:05"), ("RealtimeHub:FlushInterval", "00:00:00.001")]);
        var tours = Enumerable.Range(0, 200).Select(i => $"{i}".PadLeft(128, 'x')).ToArray();
        var stalledFrames = new WireRules();
        await using var stalled = await RawHubClient.ConnectAsync(node.Address, stalledFrames.Frame);
        await stalled.InvokeAsync("1", "WatchTours", [tours]);
        var watcher = await node.ConnectAsync();
        await watcher.WatchToursAsync(tours);
        var copy = node.Get<BoardCopy>();
        var subscribers = node.Get<Subscribers>();
        await Eventually.ShouldBeTrueAsync(() => subscribers.All.Count() == 2 && subscribers.All.All(s => s.Pushes.Count == 200));

        // Far more than the buffers between the hub and a browser hold.
        var version = 0;
        await Eventually.ShouldBeTrueAsync(() =>
        {
            version++;
            foreach (var tour in tours) copy.Apply(States.State(tour, version, version, at: version));
            return subscribers.All.Count() == 1;
        }, Guarding.HubSocket.Patience);
        await Eventually.ShouldBeTrueAsync(() =>
            watcher.Updates.GroupBy(u => u.TourId).Count(g => g.Last().AvailableSpots == version) == tours.Length);
        watcher.Connection.State.ShouldBe(Microsoft.AspNetCore.SignalR.Client.HubConnectionState.Connected);
        stalled.StartReading();
        await Eventually.ShouldBeTrueAsync(() => stalled.State != WebSocketState.Open);
    }

    private static async Task WatchAndUnwatchAsync(RawHubClient client, WireRules rules, Random random, Task until)
    {
        while (!until.IsCompleted)
        {
            var (tour, id) = (Tours[random.Next(Tours.Length)], client.NextInvocationId());
            if (random.Next(3) > 0)
            {
                await client.InvokeAsync(id, "WatchTour", tour);
            }
            else
            {
                rules.Unwatching(id, tour);
                await client.InvokeAsync(id, "UnwatchTour", tour);
            }
            await Task.Delay(random.Next(20));
        }
    }
}
