namespace RealtimeTours.Contracts.Rest;

/// <summary>One entry of <c>GET /api/tours</c>: the tour with the next departure that fits the filters.</summary>
/// <param name="Date">Start of that departure, null where the tour has none left.</param>
/// <param name="AvailableSpots">Seats left on that departure.</param>
/// <param name="Version">That departure's counter, as the hub sends it; null without a departure.</param>
/// <param name="DurationHours">Hours.</param>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/> (ISO 4217).</param>
/// <param name="TimeZone">IANA name.</param>
public sealed record TourSummary(
    string Id, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone,
    DateTimeOffset? Date, int AvailableSpots, string Status, DateTimeOffset? LastSyncedAt, long? Version);

/// <param name="Total">How many tours fit, over all pages.</param>
/// <param name="Cursor">Pass as <c>cursor</c> for the next page; null on the last one.</param>
/// <param name="Meta">Of the details; seat counts, filter and total are of this moment.</param>
public sealed record TourPage(IReadOnlyList<TourSummary> Tours, int Total, string? Cursor, TourMeta Meta);

/// <param name="AvailableSpots">Sum over the open departures.</param>
public sealed record TourView(
    string Id, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone,
    int AvailableSpots, string Status, DateTimeOffset? LastSyncedAt, IReadOnlyList<DepartureView> Departures);

/// <param name="Version">The per-departure counter the hub also sends; it only grows.</param>
public sealed record DepartureView(DateTimeOffset Date, int Capacity, int AvailableSpots, string Status, long Version);

/// <param name="DataSource"><c>cache</c> or <c>database</c>.</param>
/// <param name="CacheAge">Seconds since the details were read from the database.</param>
/// <param name="NextSyncIn">Seconds to the next supplier sync.</param>
public sealed record TourMeta(string DataSource, int CacheAge, int NextSyncIn);

public sealed record TourAnswer(TourView Tour, TourMeta Meta);

/// <summary><c>POST /api/tours</c> and <c>PUT /api/tours/{id}</c>.</summary>
/// <param name="Id">On POST the id to use, null for a new one. On PUT null or the id of the path.</param>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/>, at most two decimals.</param>
/// <param name="TimeZone">IANA name, or null for UTC.</param>
/// <param name="CancellationDays">Until how many days before the start bookings can be cancelled.</param>
/// <param name="Departures">Departures to add or change; those not named stay as they are.</param>
/// <param name="CancellationFees">What cancelling costs before that; null for nothing.</param>
public sealed record SaveTourRequest(
    string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency,
    string? Id = null, string? TimeZone = null, int CancellationDays = 2, IReadOnlyList<SaveDepartureRequest>? Departures = null,
    IReadOnlyList<CancellationFee>? CancellationFees = null);

/// <param name="DaysBefore">Who cancels less than this many days before the start pays.</param>
/// <param name="Percent">Of the booking's price. Where several apply, the one with the fewest days does.</param>
public sealed record CancellationFee(int DaysBefore, int Percent);

/// <param name="Capacity">Seats in all; not fewer than are already booked.</param>
public sealed record SaveDepartureRequest(DateTimeOffset Date, int Capacity, bool Closed = false);

public sealed record SavedTour(TourView Tour);
