namespace RealtimeTours.RealtimeHub.Board;

/// <summary>A tour and a departure's start (null for a tour sold without departures). Dates are equal as instants.</summary>
public readonly record struct DepartureKey(string TourId, DateTimeOffset? Date);

/// <summary>What one event or row says about one departure.</summary>
/// <param name="PreviousSpots">Null where the publisher did not say; a board fills in the figure it had.</param>
/// <param name="Capacity">Null where the publisher did not say; a board keeps the one it had.</param>
/// <param name="Status">One of <see cref="Contracts.Events.AvailabilityStatus"/>.</param>
/// <param name="Version">The publisher's counter, null where it keeps none: then <paramref name="Timestamp"/> orders.</param>
/// <param name="EventId">The event it came from; tells a redelivery from another event with the same timestamp.</param>
/// <param name="Follows">Set on a tie of timestamps: the event that this node received just before, so that the board takes the same order.</param>
public sealed record DepartureState(
    string TourId, DateTimeOffset? Date, int AvailableSpots, int? PreviousSpots, int? Capacity, string Status,
    long? Version, DateTimeOffset Timestamp, string? Source, string EventId, string? Follows = null)
{
    public DepartureKey Key => new(TourId, Date);

    /// <summary>The first version that clients see: the publisher's, or else the timestamp in Unix milliseconds.</summary>
    public long NaturalVersion => Version ?? Math.Max(0, Timestamp.ToUnixTimeMilliseconds());

    /// <summary>Fills the fields that the publisher left out from the state that this one replaces.</summary>
    public DepartureState After(DepartureState previous) => this with
    {
        PreviousSpots = PreviousSpots ?? previous.AvailableSpots,
        Capacity = Capacity ?? previous.Capacity,
        Follows = null,
    };
}
