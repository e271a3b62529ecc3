using System.Collections.Concurrent;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Which tours somebody watches on any hub node, as the nodes announce every few seconds. A hint: what is lost comes again.</summary>
internal sealed class WatchedTours(TimeProvider time) : IEventHandler
{
    public const string Listener = "catalog-sync-watched";

    /// <summary>Three announcements missed: nobody watches it any more, or the node is gone.</summary>
    public static readonly TimeSpan ForgetAfter = TimeSpan.FromSeconds(30);

    // Anybody may watch any id: more than this are not believed.
    private const int Most = 200_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);
    private long _cleanedAt;

    public bool Contains(string tourId) => _until.TryGetValue(tourId, out var until) && until > time.GetUtcNow();

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow(); // ours: the node's clock may be another
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
