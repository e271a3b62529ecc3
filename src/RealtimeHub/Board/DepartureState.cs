namespace RealtimeTours.RealtimeHub.Board;

/// <summary>A departure's name: its tour and its start (null for a tour sold without departures). Dates are equal when they are the same instant.</summary>
public readonly record struct DepartureKey(string TourId, DateTimeOffset? Date);

/// <summary>One publisher's statement about one departure.</summary>
/// <param name="PreviousSpots">Null where the publisher did not say; a board fills in the figure it had.</param>
/// <param name="Capacity">Null where the publisher did not say; a board keeps the one it had.</param>
/// <param name="Status">One of <see cref="AvailabilityStatus"/>.</param>
/// <param name="Version">The publisher's counter, null where it keeps none: then <paramref name="Timestamp"/> orders.</param>
/// <param name="EventId">The event that said so; tells a redelivery from a new statement with the same timestamp.</param>
/// <param name="Follows">
/// On a tie, the event that this node heard just before this one; null otherwise. Where the board shows that event, this one comes after it, even if the
/// board was told about them the other way round. Not kept.
/// </param>
public sealed record DepartureState(
    string TourId, DateTimeOffset? Date, int AvailableSpots, int? PreviousSpots, int? Capacity, string Status,
    long? Version, DateTimeOffset Timestamp, string? Source, string EventId, string? Follows = null)
{
    public DepartureKey Key => new(TourId, Date);

    /// <summary>What a client sees as version where no other state of this departure was shown before.</summary>
    public long NaturalVersion => Version ?? Math.Max(0, Timestamp.ToUnixTimeMilliseconds());

    /// <summary>This state with what its publisher left out taken from the state it replaces.</summary>
    public DepartureState After(DepartureState previous) => this with
    {
        PreviousSpots = PreviousSpots ?? previous.AvailableSpots,
        Capacity = Capacity ?? previous.Capacity,
        Follows = null,
    };
}
