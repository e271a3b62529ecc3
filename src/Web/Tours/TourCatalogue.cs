using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Web.Tours;

/// <summary>All tours with their upcoming departures, in memory: what lists are made from.</summary>
internal sealed class TourCatalogue : IDisposable
{
    private const string All = "all";

    // Departures that are added and syncs that found no change are not announced as changes of a tour; a list shows them this much later.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FreshWithoutBoard = TimeSpan.FromSeconds(5);

    private readonly TourRows _rows;
    private readonly TimeProvider _time;
    private readonly ReadThroughCache<CatalogueRead> _catalogue;

    public TourCatalogue(TourRows rows, ILiveBoard board, TimeProvider time, ILogger<TourCatalogue> logger)
    {
        (_rows, _time) = (rows, time);
        _catalogue = new ReadThroughCache<CatalogueRead>(LoadAsync, () => board.IsFollowing ? FreshFor : FreshWithoutBoard, capacity: 1, time, logger);
    }

    /// <returns>No value where there are no tours at all.</returns>
    public ValueTask<Found<CatalogueRead>> FindAsync(CancellationToken cancellationToken) => _catalogue.FindAsync(All, cancellationToken);

    /// <summary>A tour has changed: the next list is made from what the database says then.</summary>
    public void Forget() => _catalogue.Forget(All);

    public void Dispose() => _catalogue.Dispose();

    private async Task<Found<CatalogueRead>> LoadAsync(string key, DateTimeOffset notBefore)
    {
        var tours = await _rows.AllAsync(CancellationToken.None);
        return new(tours.Count == 0 ? null : new CatalogueRead(_time.GetUtcNow(), tours), FromCache: false);
    }
}

/// <param name="readAt">When the database was asked.</param>
internal sealed class CatalogueRead(DateTimeOffset readAt, IEnumerable<TourDetails> tours) : IReadAt
{
    public DateTimeOffset ReadAt => readAt;

    /// <summary>By destination, name and id: the order of every list and its pages.</summary>
    public IReadOnlyList<LiveTour> Tours { get; } =
    [
        .. tours.OrderBy(tour => tour.Destination, StringComparer.Ordinal).ThenBy(tour => tour.Name, StringComparer.Ordinal).ThenBy(tour => tour.Id, StringComparer.Ordinal)
            .Select(tour => new LiveTour(tour)),
    ];
}
