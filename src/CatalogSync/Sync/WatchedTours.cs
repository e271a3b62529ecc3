using System.Collections.Concurrent;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Tours that somebody watches on any hub node. Nodes announce them every few seconds, so a lost announcement does no harm.</summary>
internal sealed class WatchedTours(TimeProvider time) : IEventHandler
{
    public const string Listener = "catalog-sync-watched";

    /// <summary>After three missed announcements nobody watches the tour, or its node is gone.</summary>
    public static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(30);

    // Limits the memory: anybody may watch any id.
    private const int Most = 200_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);
    private long _cleanedAt;

    public bool Contains(string tourId) => _until.TryGetValue(tourId, out var until) && until > time.GetUtcNow();

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow(); // our clock; the node's may differ
        Clean(now);
        foreach (var id in EventData.Read<ToursWatched>(envelope).TourIds)
            if (_until.Count < Most || _until.ContainsKey(id)) _until[EventRules.Id(id, "data.tourIds")] = now + ForgetAfter;
        return Task.CompletedTask;
    }

    private void Clean(DateTimeOffset now)
    {
        var before = Volatile.Read(ref _cleanedAt);
        if (now.UtcTicks - before < ForgetAfter.Ticks || Interlocked.CompareExchange(ref _cleanedAt, now.UtcTicks, before) != before) return;
        foreach (var seen in _until)
            if (seen.Value <= now) _until.TryRemove(seen);
    }
}
