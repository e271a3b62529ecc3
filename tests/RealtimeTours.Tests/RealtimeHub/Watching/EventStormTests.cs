using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Watching;
using RealtimeTours.Tests.RealtimeHub.Admission;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

public class EventStormTests
{
    private static readonly string[] Tours = ["a", "b", "c", "d"];

    [Fact]
    public async Task Under_a_storm_of_shuffled_events_no_watcher_sees_anything_go_back_and_all_end_at_the_last_state()
    {
        await using var node = await HubNode.StartAsync(configuration: ("RealtimeHub:FlushInterval", "00:00:00.005"));
        const int last = 400;
        var watchers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => CheckedWatcher.ConnectAsync(node, update => update.AvailableSpots == update.Version)));

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
        await Task.WhenAll(watchers.Select((watcher, seed) => WatchAndUnwatchAsync(watcher, new Random(seed), publishing)));
        await publishing;
        foreach (var watcher in watchers)
            foreach (var tour in Tours) await watcher.WatchAsync(tour);

        var models = watchers.Select(watcher => watcher.Model).ToArray();
        await Eventually.ShouldBeTrueAsync(() => models.All(model => Tours.All(tour => model.Shown(tour, States.Departure)?.AvailableSpots == last)));
        models.SelectMany(model => model.Breaches).ShouldBeEmpty();
        models.Sum(model => model.Updates).ShouldBeGreaterThan(50);
        models.Sum(model => model.Snapshots).ShouldBeGreaterThan(20);
        foreach (var watcher in watchers) await watcher.DisposeAsync();
    }

    [Fact]
    public async Task A_browser_that_stops_reading_delays_nobody_and_is_closed_in_time()
    {
        await using var node = await HubNode.StartAsync(
            configuration: [("RealtimeHub:SlowConsumerTimeout", "00:00:05"), ("RealtimeHub:FlushInterval", "00:00:00.001")]);
        var tours = Enumerable.Range(0, 200).Select(i => $"{i}".PadLeft(128, 'x')).ToArray();
        using var stalled = await HubSocket.OpenAsync(node.Address); // the official client always reads
        await stalled.CallAsync("1", "WatchTours", JsonSerializer.Serialize(new[] { tours }));
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
        }, HubSocket.Deadline);
        await Eventually.ShouldBeTrueAsync(() =>
            watcher.Updates.GroupBy(u => u.TourId).Count(g => g.Last().AvailableSpots == version) == tours.Length);
        watcher.Connection.State.ShouldBe(HubConnectionState.Connected);
        await stalled.ReadToEndAsync();
    }

    private static async Task WatchAndUnwatchAsync(CheckedWatcher watcher, Random random, Task until)
    {
        while (!until.IsCompleted)
        {
            var tour = Tours[random.Next(Tours.Length)];
            _ = random.Next(3) > 0 ? watcher.WatchAsync(tour) : watcher.UnwatchAsync(tour); // the next call need not wait for the answer
            await Task.Delay(random.Next(20));
        }
    }
}
