using System.Collections.Concurrent;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Web.Tours;

/// <summary>
/// Requests a sync (<c>tour.sync.requested</c>) of a tour that is read now and whose supplier data is old, at most once a minute per tour and
/// process. It is only a hint, so it is published directly and not through the outbox; the regular sync comes anyway.
/// </summary>
internal sealed partial class StaleTours(IEventBus bus, EventFactory events, ILogger<StaleTours> logger)
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(1);
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _asked = new(StringComparer.Ordinal);

    /// <summary>False for a tour without a supplier.</summary>
    public static bool IsStale(TourDetails tour, DateTimeOffset now) => now - tour.LastSyncedAt > StaleAfter;

    /// <summary>Requests a sync if a reload is stale too: a sync that found no change is recorded in the database only.</summary>
    public async Task NoticeAsync(Task<Reading<LiveTour>?> recheck, DateTimeOffset now)
    {
        if (await recheck is { Value: { } tour } reading && now - reading.At <= TourCacheOptions.AskAgainAfter && IsStale(tour.Details, now))
            Noticed(tour.Details.Id, now);
    }

    private void Noticed(string tourId, DateTimeOffset now)
    {
        if (_asked.Count > Remembered) _asked.Clear();
        if (!_asked.TryAdd(tourId, now)
            && !(_asked.TryGetValue(tourId, out var before) && now - before > AskAgainAfter && _asked.TryUpdate(tourId, now, before))) return;
        _ = AskAsync(tourId); // the request does not wait for the broker
    }

    private async Task AskAsync(string tourId)
    {
        try
        {
            await bus.PublishAsync(events.Create(EventTypes.TourSyncRequested, new TourSyncRequested(tourId, SyncPriorities.High)));
        }
        catch (EventBusUnavailableException e)
        {
            LogNotAsked(logger, tourId, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "No sync was requested for {Tour}: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, string tour, string reason);
}
