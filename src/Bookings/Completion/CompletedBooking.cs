using RealtimeTours.Bookings.Bookings;

namespace RealtimeTours.Bookings.Completion;

/// <summary>A booking that was just completed, with what others want to know of its tour.</summary>
/// <param name="Rating">1 to 5; null if the customer has not rated the tour yet.</param>
public sealed record CompletedBooking(
    string Id, string UserId, DateTimeOffset StartsAt, int Participants, decimal TotalPrice, string Currency, int? Rating,
    string TourId, string TourName, string TourCategory, double DurationHours)
{
    internal static CompletedBooking Of(BookingRow booking, TourOfBooking tour) => new(
        booking.Id, booking.UserId, booking.StartsAt, booking.Participants, booking.TotalPrice, booking.Currency, booking.Rating,
        tour.Id, tour.Name, tour.Category, tour.DurationHours);
}

internal sealed class TourOfBooking
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Category { get; set; } = "";
    public double DurationHours { get; set; }
}
