namespace RealtimeTours.Contracts.Rest;

/// <summary><c>POST /api/tours/{id}/complete</c>: who came and who did not.</summary>
/// <param name="BookingIds">Of the parties that came.</param>
/// <param name="NoShows">Of the parties that did not come.</param>
/// <param name="Notes">In the guide's words, at most 2,000 characters.</param>
public sealed record CompleteTourRequest(IReadOnlyList<string> BookingIds, IReadOnlyList<string>? NoShows = null, string? Notes = null);

/// <param name="Completed">Booking ids; <paramref name="NoShows"/> too.</param>
public sealed record CompletedTour(IReadOnlyList<string> Completed, IReadOnlyList<string> NoShows, IReadOnlyList<SkippedBooking> Skipped);

/// <param name="Reason">One of <see cref="SkipReasons"/>.</param>
public sealed record SkippedBooking(string BookingId, string Reason);

/// <summary>Why a booking was left as it is.</summary>
public static class SkipReasons
{
    /// <summary>This tour has no such booking.</summary>
    public const string Unknown = "unknown";
    public const string NotBegun = "not_begun";
    public const string Pending = "pending";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";
    public const string AlreadyCompleted = "already_completed";
    public const string AlreadyNoShow = "already_no_show";
}

/// <summary><c>GET /api/tours/{id}/departures/{date}/bookings</c>: who has booked a departure.</summary>
/// <param name="Participants">Of all these bookings together.</param>
public sealed record DepartureManifest(IReadOnlyList<BookedParty> Bookings, int Participants);

/// <param name="UserName">The user's id where no name is known.</param>
/// <param name="Status"><c>confirmed</c>, <c>completed</c> or <c>no_show</c>.</param>
/// <param name="Attendance"><c>confirmed</c> or <c>no_show</c>; null until somebody has said so.</param>
public sealed record BookedParty(string Id, string UserName, int Participants, string Status, string? Attendance);

/// <summary>A departure that a guide may have to look after now.</summary>
/// <param name="TimeZone">IANA name; null for UTC.</param>
/// <param name="Parties">Number of bookings.</param>
/// <param name="Open">Number of bookings whose attendance nobody has confirmed.</param>
public sealed record GuidedDeparture(
    string TourId, string TourName, string? TimeZone, DateTimeOffset Date, int Parties, int Participants, int Open);

/// <summary><c>GET /api/guide/departures</c>, by start.</summary>
public sealed record GuidedDepartures(IReadOnlyList<GuidedDeparture> Departures);

/// <summary><c>POST /api/bookings/{id}/rating</c>.</summary>
/// <param name="Rating">A whole number from 1 to 5.</param>
/// <param name="Comment">At most 2,000 characters.</param>
public sealed record RateBookingRequest(int Rating, string? Comment = null);

public sealed record RatingView(string BookingId, int Rating, string? Comment, DateTimeOffset RatedAt);

public sealed record RatingAnswer(RatingView Rating);
