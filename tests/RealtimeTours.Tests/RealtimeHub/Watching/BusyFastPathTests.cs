using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>The fast path alone: a listener on a node's bus, with a copy of the board and watchers of its own.</summary>
public class BusyFastPathTests
{
    [Fact]
    public async Task While_events_wait_the_next_ones_are_applied_beside_the_sends_of_those_before()
    {
        await using var node = await HubNode.StartAsync();
        var (copy, backlog) = (new BoardCopy(), new ListenerBacklog());
        var fanOut = new FanOut(copy, new JsonHubProtocol(), Options.Create(new RealtimeHubOptions()), TimeProvider.System, backlog);
        await using var listening = node.Get<IEventBus>().Listen(new ListenerDefinition(
            "beside", AvailabilityListener.RoutingKeys, new AvailabilityListener(copy, NullLogger<AvailabilityListener>.Instance).HandleAsync,
            Backlog: backlog));
        using var othersWait = new ManualResetEventSlim();
        using var lastIsSent = new ManualResetEventSlim();
        var (firstIsSent, together) = (new TaskCompletionSource(), new TaskCompletionSource());
        // The first is sent by the loop itself, until the others stand behind it; the second's send takes until the third is sent too.
        fanOut.Add(new TourWatch(new Watcher(() =>
        {
            firstIsSent.SetResult();
            othersWait.Wait();
        }), "first"));
        fanOut.Add(new TourWatch(new Watcher(() =>
        {
            if (lastIsSent.Wait(TimeSpan.FromSeconds(90))) together.SetResult();
        }), "second"));
        fanOut.Add(new TourWatch(new Watcher(lastIsSent.Set), "third"));

        await node.UpdateAsync("first", 5, 1);
        await firstIsSent.Task;
        await node.UpdateAsync("second", 5, 1);
        await node.UpdateAsync("third", 5, 1);
        othersWait.Set();

        await together.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class Watcher(Action send) : IWatcher
    {
        public void MarkDirty(TourWatch watch) => send();

        public void MarkViewersDirty(TourWatch watch, byte[] frame)
        {
        }

        public void Post(byte[] frame)
        {
        }
    }
}
