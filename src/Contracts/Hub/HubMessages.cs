namespace RealtimeTours.Contracts.Hub;

/// <summary>The state of one departure.</summary>
/// <param name="Date">The departure's start in UTC; null for a tour sold without departures.</param>
/// <param name="AvailableSpots">Seats that can be booked now.</param>
/// <param name="PreviousSpots">Seats before the change, null where nobody said.</param>
/// <param name="Capacity">Seats in all, null where nobody said.</param>
/// <param name="Status">One of <see cref="Events.AvailabilityStatus"/>.</param>
/// <param name="Version">Never goes back on a connection; Unix milliseconds where the publisher keeps no counter.</param>
/// <param name="Source">The publisher, null where it did not say.</param>
/// <param name="Timestamp">When the change happened.</param>
public sealed record AvailabilityUpdate(
    string TourId, DateTimeOffset? Date, int AvailableSpots, int? PreviousSpots, int? Capacity,
    string Status, long Version, string? Source, DateTimeOffset Timestamp);

/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
public sealed record AvailabilityAlert(string TourId, DateTimeOffset? Date, string Kind, int AvailableSpots, DateTimeOffset Timestamp);

/// <param name="Viewers">How many connections watch this tour, all nodes together.</param>
public sealed record ViewersChanged(string TourId, int Viewers);

/// <param name="Status">One of <see cref="Rest.BookingStatus"/>.</param>
public sealed record BookingUpdate(string BookingId, string TourId, string Status);

/// <summary>What <c>WatchTour</c> returns. An unknown tour has no departures.</summary>
/// <param name="AsOf">When the hub read the states.</param>
public sealed record TourSnapshot(string TourId, IReadOnlyList<AvailabilityUpdate> Departures, int Viewers, DateTimeOffset AsOf);

public static class AlertKinds
{
    public const string Low = "low";
    public const string SoldOut = "sold_out";
    public const string Restored = "restored";
    public const string SpotsAvailable = "spots_available";
}
