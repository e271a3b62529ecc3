using RealtimeTours.RealtimeHub.Board;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Web.Tours;

/// <summary>All tours with their upcoming departures, in memory; the source of lists.</summary>
internal sealed class TourCatalogue(IFusionCache cache, TourRows rows, ILiveBoard board, TimeProvider time, ILogger<TourCatalogue> logger)
    : CachedReads<OrderedTours>(
    cache, TourCacheOptions.List, "catalogue:", async _ =>
        await rows.AllAsync(CancellationToken.None) is { Count: > 0 } tours ? new OrderedTours(tours) : null,
    () => board.IsCurrent ? FreshFor : TourCacheOptions.AskAgainAfter, time, logger)
{
    private const string All = "all";

    // New departures and syncs without a change are not announced as changes of a tour; a list shows them after this time.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    /// <returns>Null where the database is away and nothing is kept; no value where there are no tours at all.</returns>
    public ValueTask<Reading<OrderedTours>?> FindAsync(CancellationToken cancellationToken) => FindAsync(All, cancellationToken);

    /// <summary>A tour has changed: the next list is made from what the database says then.</summary>
    public void Forget(bool everywhere) => Forget(All, everywhere);
}

internal sealed class OrderedTours(IEnumerable<TourDetails> tours)
{
    /// <summary>By destination, name and id: the order of every list and its pages.</summary>
    public IReadOnlyList<LiveTour> All { get; } =
    [
        .. tours.OrderBy(tour => tour.Destination, StringComparer.Ordinal).ThenBy(tour => tour.Name, StringComparer.Ordinal)
            .ThenBy(tour => tour.Id, StringComparer.Ordinal)
            .Select(tour => new LiveTour(tour)),
    ];
}
