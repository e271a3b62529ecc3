using RealtimeTours.RealtimeHub.Board;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Web.Tours;

/// <summary>Tours by id: from this process's memory, else from Redis, else from the database.</summary>
internal sealed class TourReader(IFusionCache cache, TourRows rows, ILiveBoard board, TimeProvider time, ILogger<TourReader> logger)
    : CachedReads<LiveTour>(
    cache, TourCacheOptions.Tour, "tour:", async id => await rows.FindAsync(id, CancellationToken.None) is { } tour ? new LiveTour(tour) : null,
    () => board.IsCurrent ? TourCacheOptions.FreshFor : TourCacheOptions.AskAgainAfter, time, logger);
