namespace RealtimeTours.Contracts.Rest;

/// <summary>One entry of <c>GET /api/tours</c>: the tour with its next departure that matches the filters.</summary>
/// <param name="Date">Start of that departure; null if the tour has none left.</param>
/// <param name="AvailableSpots">Seats of that departure that can be booked now.</param>
/// <param name="Version">That departure's version, as the hub sends it; null without a departure.</param>
/// <param name="DurationHours">Duration in hours.</param>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/> (ISO 4217).</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="AverageRating">1 to 5, two decimals; null while nobody has rated the tour.</param>
public sealed record TourSummary(
    string Id, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone,
    DateTimeOffset? Date, int AvailableSpots, string Status, DateTimeOffset? LastSyncedAt, long? Version, decimal? AverageRating, long RatingCount);

/// <param name="Total">Number of tours that match, on all pages.</param>
/// <param name="Cursor">Pass as <c>cursor</c> for the next page; null on the last one.</param>
/// <param name="Meta">Ages of the tours' details; seat counts, filter and total are as of now.</param>
public sealed record TourPage(IReadOnlyList<TourSummary> Tours, int Total, string? Cursor, TourMeta Meta);

/// <param name="AvailableSpots">Sum over the departures that are not closed.</param>
/// <param name="AverageRating">1 to 5, two decimals; null while nobody has rated the tour.</param>
public sealed record TourView(
    string Id, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone,
    int AvailableSpots, string Status, DateTimeOffset? LastSyncedAt, decimal? AverageRating, long RatingCount,
    IReadOnlyList<DepartureView> Departures);

/// <param name="Version">The departure's version, which the hub also sends; it only grows.</param>
public sealed record DepartureView(DateTimeOffset Date, int Capacity, int AvailableSpots, string Status, long Version);

/// <param name="DataSource"><c>cache</c> or <c>database</c>.</param>
/// <param name="CacheAge">Seconds since the details were read from the database.</param>
/// <param name="NextSyncIn">Seconds until the next supplier sync.</param>
public sealed record TourMeta(string DataSource, int CacheAge, int NextSyncIn);

public sealed record TourAnswer(TourView Tour, TourMeta Meta);

/// <summary><c>POST /api/tours</c> and <c>PUT /api/tours/{id}</c>.</summary>
/// <param name="Id">On POST the id to use, or null to have one created. On PUT null or the id of the path.</param>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/>, at most two decimals.</param>
/// <param name="TimeZone">IANA name, or null for UTC.</param>
/// <param name="CancellationDays">How many days before the start a booking can be cancelled at the latest.</param>
/// <param name="Departures">Departures to add or change; all others stay as they are.</param>
/// <param name="CancellationFees">Fees for cancelling earlier than that; null for none.</param>
public sealed record SaveTourRequest(
    string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency,
    string? Id = null, string? TimeZone = null, int CancellationDays = 2, IReadOnlyList<SaveDepartureRequest>? Departures = null,
    IReadOnlyList<CancellationFee>? CancellationFees = null);

/// <param name="DaysBefore">A customer who cancels fewer than this many days before the start pays the fee.</param>
/// <param name="Percent">Percentage of the booking's price. If several fees apply, the one with the fewest days counts.</param>
public sealed record CancellationFee(int DaysBefore, int Percent);

/// <param name="Capacity">Total seats; not fewer than are sold or held here.</param>
public sealed record SaveDepartureRequest(DateTimeOffset Date, int Capacity, bool Closed = false)
{
    public DateTimeOffset Date { get; } = Microseconds.Of(Date);
}

public sealed record SavedTour(TourView Tour);
