namespace RealtimeTours.Contracts.Events;

/// <summary><see cref="EventTypes.TourCreated"/>, <see cref="EventTypes.TourUpdated"/>: the tour's public details, without departures.</summary>
/// <param name="DurationHours">Duration in hours.</param>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/> (ISO 4217).</param>
/// <param name="TimeZone">IANA name, for showing departures in the tour's local time; null when unknown.</param>
/// <param name="AverageRating">1 to 5; null while nobody has rated it.</param>
public sealed record TourChanged(
    string TourId, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone = null,
    decimal? AverageRating = null, int RatingCount = 0) : IOfTour;

/// <summary><see cref="EventTypes.TourCompleted"/>: a booking's tour took place, or nobody came. Once per booking.</summary>
/// <param name="TourDate">The start of the departure.</param>
/// <param name="TotalPrice">What the booking cost, in units of <paramref name="Currency"/>.</param>
/// <param name="TourDuration">In hours.</param>
/// <param name="TourRating">1 to 5; null if it was not rated before.</param>
/// <param name="Attendance">One of <see cref="Events.Attendance"/>.</param>
/// <param name="AttendanceVerifiedBy"><see cref="Events.Attendance.ByGuide"/> or <see cref="Events.Attendance.Automatic"/>.</param>
public sealed record TourCompleted(
    string TourId, string TourName, string BookingId, string UserId, DateTimeOffset TourDate, DateTimeOffset CompletedAt, int Participants,
    decimal TotalPrice, string Currency, string TourCategory, double TourDuration, string Attendance, string AttendanceVerifiedBy,
    decimal? TourRating = null) : IOfTour;

/// <summary><see cref="EventTypes.TourRated"/>.</summary>
/// <param name="Rating">1 to 5.</param>
public sealed record TourRated(
    string TourId, string BookingId, string UserId, int Rating, DateTimeOffset RatedAt, string? Comment = null) : IOfTour;
