using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Web.Tours;

/// <summary>A tour as it is cached: what rarely changes, and the seats at the time it was read.</summary>
internal sealed record TourDetails(
    string Id, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone,
    DateTimeOffset? LastSyncedAt, IReadOnlyList<SeatFigure> Departures, decimal? AverageRating, long RatingCount)
{
    /// <summary>The tour with the newest seat counts of all sources, upcoming departures only.</summary>
    public TourView With(IReadOnlyList<SeatFigure> newer, DateTimeOffset now)
    {
        var departures = Departures.Where(departure => departure.Date > now)
            .Select(departure => departure.NewestOf(newer).ToView())
            .OrderBy(departure => departure.Date)
            .ToArray();
        var open = departures.Where(departure => departure.Status != AvailabilityStatus.Closed).ToArray();
        // The hub takes any publisher's figures, and two may be more than a sum of seats can say.
        var seats = (int)Math.Min(open.Sum(departure => (long)departure.AvailableSpots), int.MaxValue);
        return new TourView(
            Id, Name, Destination, Category, DurationHours, Price, Currency, TimeZone, seats,
            AvailabilityStatus.Of(seats, closed: departures.Length > 0 && open.Length == 0), LastSyncedAt, AverageRating,
            RatingCount, departures);
    }

    /// <summary>True if <paramref name="newer"/> has an upcoming departure that was not there when this was read.</summary>
    public bool Misses(IReadOnlyList<SeatFigure> newer, DateTimeOffset now) =>
        newer.Any(figure => figure.Date > now && Departures.All(departure => departure.Date != figure.Date));
}

/// <summary>The seats of one departure, as one source knows them.</summary>
/// <param name="Capacity">Null if the source does not say.</param>
/// <param name="Status">One of <see cref="AvailabilityStatus"/>.</param>
/// <param name="Version">Null if the publisher has no counter: then <paramref name="Timestamp"/> orders.</param>
internal sealed record SeatFigure(DateTimeOffset Date, int AvailableSpots, int? Capacity, string Status, long? Version, DateTimeOffset Timestamp)
{
    public SeatFigure NewestOf(IReadOnlyList<SeatFigure> others)
    {
        var newest = this;
        foreach (var other in others)
        {
            if (other.Date == Date && other.IsNewerThan(newest)) newest = other with { Capacity = other.Capacity ?? newest.Capacity };
        }
        return newest;
    }

    public DepartureView ToView() => new(
        Date, Math.Max(Capacity ?? AvailableSpots, AvailableSpots), AvailableSpots, Status,
        Version ?? Math.Max(0, Timestamp.ToUnixTimeMilliseconds()));

    // The rule of the contract: versions decide, and timestamps where one side has no version.
    private bool IsNewerThan(SeatFigure other) =>
        Version is { } mine && other.Version is { } theirs ? mine > theirs : Timestamp > other.Timestamp;
}
