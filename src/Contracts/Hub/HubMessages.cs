namespace RealtimeTours.Contracts.Hub;

/// <summary>The state of one departure.</summary>
/// <param name="Date">The departure's start in UTC; null for a tour sold without departures.</param>
/// <param name="AvailableSpots">Seats that can be booked now.</param>
/// <param name="PreviousSpots">Seats before the change; null if unknown.</param>
/// <param name="Capacity">Total seats; null if unknown.</param>
/// <param name="Status">One of <see cref="Events.AvailabilityStatus"/>.</param>
/// <param name="Version">Never decreases on a connection; Unix milliseconds if the publisher has no version.</param>
/// <param name="Source">The publisher; null if it did not say.</param>
/// <param name="Timestamp">When the change happened.</param>
public sealed record AvailabilityUpdate(
    string TourId, DateTimeOffset? Date, int AvailableSpots, int? PreviousSpots, int? Capacity,
    string Status, long Version, string? Source, DateTimeOffset Timestamp);

/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
public sealed record AvailabilityAlert(string TourId, DateTimeOffset? Date, string Kind, int AvailableSpots, DateTimeOffset Timestamp);

/// <param name="Viewers">How many connections watch this tour, on all nodes.</param>
public sealed record ViewersChanged(string TourId, int Viewers);

/// <param name="Status">One of <see cref="Rest.BookingStatus"/>.</param>
public sealed record BookingUpdate(string BookingId, string TourId, string Status);

/// <summary>The result of <c>WatchTour</c>. For an unknown tour it has no departures.</summary>
/// <param name="AsOf">When the hub read the states.</param>
public sealed record TourSnapshot(string TourId, IReadOnlyList<AvailabilityUpdate> Departures, int Viewers, DateTimeOffset AsOf);

public static class AlertKinds
{
    public const string Low = "low";
    public const string SoldOut = "sold_out";
    public const string Restored = "restored";
    public const string SpotsAvailable = "spots_available";
}
