namespace RealtimeTours.Contracts.Events;

// `Date` is the departure's start, absent for a tour sold without departures. `Version` is a per-departure counter that only grows; a foreign
// publisher may leave it out, then the envelope's timestamp orders. Seats are whole numbers from 0 to 2^31-1.

/// <summary><see cref="EventTypes.AvailabilityUpdated"/>: seats changed by a booking, a cancellation or an operator.</summary>
/// <param name="Reason">One of <see cref="AvailabilityReasons"/>, or null.</param>
/// <param name="Status">One of <see cref="AvailabilityStatus"/>; null to derive it from the seat count.</param>
public sealed record TourAvailabilityUpdated(
    string TourId, int AvailableSpots, DateTimeOffset? Date = null, long? Version = null,
    int? PreviousSpots = null, int? Capacity = null, string? Status = null, string? Reason = null) : IOfTour;

/// <summary><see cref="EventTypes.AvailabilitySynced"/>: seats changed by what a supplier reports.</summary>
public sealed record TourAvailabilitySynced(
    string TourId, int PreviousSpots, int CurrentSpots, DateTimeOffset SyncedAt, string Source = TourAvailabilitySynced.ThirdPartySync,
    DateTimeOffset? Date = null, long? Version = null, int? Capacity = null, string? Status = null) : IOfTour
{
    public const string ThirdPartySync = "third_party_sync";
}

/// <summary><see cref="EventTypes.AvailabilityLow"/>: 0 &lt; seats ≤ 5; sent once, when the limit is crossed.</summary>
/// <param name="AlertLevel">One of <see cref="AlertLevels"/>.</param>
public sealed record TourAvailabilityLow(
    string TourId, int AvailableSpots, string AlertLevel, DateTimeOffset? Date = null, long? Version = null) : IOfTour;

/// <summary><see cref="EventTypes.AvailabilityRestored"/>: a sold-out departure has seats again.</summary>
public sealed record TourAvailabilityRestored(
    string TourId, int AvailableSpots, DateTimeOffset RestoredAt, DateTimeOffset? Date = null, long? Version = null) : IOfTour;

/// <summary><see cref="EventTypes.TourSoldOut"/>: the departure's last seat was taken.</summary>
public sealed record TourSoldOut(string TourId, DateTimeOffset SoldOutAt, DateTimeOffset? Date = null, long? Version = null) : IOfTour;

/// <summary><see cref="EventTypes.TourSpotsAvailable"/>: seats are held for users on the waiting list.</summary>
public sealed record TourSpotsAvailable(
    string TourId, int AvailableSpots, IReadOnlyList<string> WaitingListUserIds, DateTimeOffset? Date = null, long? Version = null) : IOfTour;

/// <summary><see cref="EventTypes.TourSyncRequested"/>: a client reads a tour whose supplier data is old.</summary>
/// <param name="Priority">One of <see cref="SyncPriorities"/>.</param>
public sealed record TourSyncRequested(string TourId, string Priority, DateTimeOffset? Date = null) : IOfTour;

/// <summary><see cref="EventTypes.ToursWatched"/>: clients of one hub node watch these tours; repeated every ten seconds while they do.</summary>
public sealed record ToursWatched(IReadOnlyList<string> TourIds);

public static class AvailabilityReasons
{
    public const string Booking = "booking";
    public const string Cancellation = "cancellation";
    public const string Operator = "operator";
}

public static class AlertLevels
{
    public const string Warning = "warning";
    public const string Critical = "critical";
}

public static class SyncPriorities
{
    public const string High = "high";
    public const string Normal = "normal";
}
