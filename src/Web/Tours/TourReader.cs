using Microsoft.Extensions.Caching.Memory;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Web.Tours;

/// <summary>Tours by id: from this process's memory, then from what the nodes share, then from the database.</summary>
internal sealed class TourReader : IDisposable
{
    private const int MaxTours = 10_000;

    // Changes are announced by events; the limit is for an announcement that was lost. While the board is silent, for seats too.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FreshWithoutBoard = TimeSpan.FromSeconds(5);

    // Another node may hear of a change later than this one and meanwhile share what it read before.
    private static readonly TimeSpan DistrustAfterChange = TimeSpan.FromSeconds(10);

    private readonly ITourCache _shared;
    private readonly TourRows _rows;
    private readonly ReadThroughCache<LiveTour> _tours;
    private readonly MemoryCache _changed = new(new MemoryCacheOptions { SizeLimit = 10 * MaxTours });

    public TourReader(ITourCache shared, TourRows rows, ILiveBoard board, TimeProvider time, ILogger<TourReader> logger)
    {
        (_shared, _rows) = (shared, rows);
        _tours = new ReadThroughCache<LiveTour>(LoadAsync, () => board.IsFollowing ? FreshFor : FreshWithoutBoard, MaxTours, time, logger);
    }

    /// <inheritdoc cref="ReadThroughCache{T}.FindAsync"/>
    public ValueTask<Found<LiveTour>> FindAsync(string id, CancellationToken cancellationToken) => _tours.FindAsync(id, cancellationToken);

    /// <inheritdoc cref="ReadThroughCache{T}.ReloadAsync"/>
    public Task<Found<LiveTour>> ReloadAsync(string id, DateTimeOffset notBefore, CancellationToken cancellationToken) =>
        _tours.ReloadAsync(id, notBefore, cancellationToken);

    /// <summary>The tour has changed: nothing that was read before is answered from now on.</summary>
    public void Forget(string id)
    {
        _changed.Set(id, new object(), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = DistrustAfterChange });
        _tours.Forget(id);
        _ = _shared.ForgetAsync(id); // not waited for: this node does not believe it for a while
    }

    public void Dispose()
    {
        _tours.Dispose();
        _changed.Dispose();
    }

    private async Task<Found<LiveTour>> LoadAsync(string id, DateTimeOffset notBefore)
    {
        var change = _changed.Get(id);
        var shared = await _shared.FindAsync(id);
        if (change is null && shared?.ReadAt >= notBefore) return new(new LiveTour(shared), FromCache: true);
        TourDetails? tour;
        try
        {
            tour = await _rows.FindAsync(id, CancellationToken.None);
        }
        catch (Exception) when (shared is not null)
        {
            return new(new LiveTour(shared), FromCache: true);
        }
        if (tour is null) return new(null, FromCache: false);
        await _shared.KeepAsync(tour);
        if (_changed.Get(id) != change) await _shared.ForgetAsync(id); // it changed while we read
        return new(new LiveTour(tour), FromCache: false);
    }
}
