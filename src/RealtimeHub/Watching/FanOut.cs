using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>Sends changes of the board copy to the connections that watch the tour, without waiting for any of them.</summary>
internal sealed class FanOut
{
    // The watchers of a popular tour are served by several threads.
    private const int WatchersPerThread = 128;

    private readonly ConcurrentDictionary<string, TourWatchers> _tours = new();
    private readonly JsonHubProtocol _json;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly ListenerBacklog _fastPath;

    public FanOut(BoardCopy board, JsonHubProtocol json, IOptions<RealtimeHubOptions> options, TimeProvider time, ListenerBacklog fastPath)
    {
        (_json, _time, _interval, _fastPath) = (json, time, options.Value.FlushInterval, fastPath);
        board.Changed += tourId => _tours.GetValueOrDefault(tourId)?.Changed();
    }

    /// <summary>Tours with a watcher on this node; not an atomic snapshot.</summary>
    public IEnumerable<string> WatchedTours => _tours.Select(tour => tour.Key);

    public void Add(TourWatch watch)
    {
        while (!_tours.GetOrAdd(watch.TourId, _ => new TourWatchers(_time, _interval, Flush)).TryAdd(watch))
        {
            // The last watcher is leaving at this moment; the next round makes a new instance.
        }
    }

    public void Remove(TourWatch watch)
    {
        if (!_tours.TryGetValue(watch.TourId, out var tour) || !tour.RemoveLast(watch)) return;
        _tours.TryRemove(new(watch.TourId, tour));
        tour.Dispose();
    }

    /// <summary>Sends a message that is not a seat count to all watchers of the tour on this node.</summary>
    public void Post(string tourId, string method, JsonElement argument)
    {
        if (!_tours.TryGetValue(tourId, out var tour)) return;
        var frame = Encode(method, argument);
        ForEach(tour.Current, watch => watch.Watcher.Post(frame));
    }

    public void Viewers(string tourId, int viewers)
    {
        if (!_tours.TryGetValue(tourId, out var tour)) return;
        var frame = Encode(nameof(IAvailabilityClient.ViewersChanged), new ViewersChanged(tourId, viewers));
        ForEach(tour.Current, watch => watch.Watcher.MarkViewersDirty(watch, frame));
    }

    // The fast path is one loop. A lone event is sent on its thread, which is fastest; while others wait it only applies states, and the pool's
    // threads send, in any order: what is sent is the newest state when it is written.
    private void Flush(TourWatchers tour)
    {
        if (_fastPath.Waits) ThreadPool.UnsafeQueueUserWorkItem(SendAll, tour, preferLocal: false);
        else SendAll(tour);
    }

    private static void SendAll(TourWatchers tour) => ForEach(tour.Current, watch => watch.Watcher.MarkDirty(watch));

    private static void ForEach(TourWatch[] watches, Action<TourWatch> action)
    {
        for (var start = WatchersPerThread; start < watches.Length; start += WatchersPerThread)
        {
            var part = new ArraySegment<TourWatch>(watches, start, Math.Min(WatchersPerThread, watches.Length - start));
            ThreadPool.UnsafeQueueUserWorkItem(_ => { foreach (var watch in part) action(watch); }, null);
        }
        foreach (var watch in watches.AsSpan(0, Math.Min(WatchersPerThread, watches.Length))) action(watch);
    }

    private byte[] Encode(string method, object argument) => _json.GetMessageBytes(new InvocationMessage(method, [argument])).ToArray();
}
