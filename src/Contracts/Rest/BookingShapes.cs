using System.Text.Json.Serialization;

namespace RealtimeTours.Contracts.Rest;

/// <summary><c>POST /api/bookings</c>. The server sets price, status and user; a body that contains them is refused.</summary>
/// <param name="Date">The departure's start.</param>
/// <param name="Participants">Number of seats, at least 1.</param>
/// <param name="VoucherCode">Case and surrounding blanks do not matter. Left out of the JSON where it is null, so that the hash of a body without
/// one is what it was before there were vouchers: stored idempotency keys stay good.</param>
public sealed record BookSeatsRequest(
    string TourId, DateTimeOffset Date, int Participants, string? PaymentMethod = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? VoucherCode = null)
{
    public DateTimeOffset Date { get; } = Microseconds.Of(Date);
}

/// <param name="TotalPrice">In units of <paramref name="Currency"/>; what is to be paid, less discount and voucher.</param>
/// <param name="Status">One of <see cref="BookingStatus"/>.</param>
/// <param name="VoucherCode">The voucher that lowered the price; null without one.</param>
/// <param name="DiscountPercentage">Of the member's tier at the moment of booking.</param>
/// <param name="Rating">1 to 5; null while it is not rated.</param>
public sealed record BookingView(
    string Id, string TourId, string UserId, DateTimeOffset Date, int Participants, decimal TotalPrice, string Currency,
    string Status, DateTimeOffset CreatedAt, string? VoucherCode = null, int DiscountPercentage = 0, int? Rating = null);

/// <param name="Reason">In the customer's words, at most 500 characters.</param>
public sealed record CancelBookingRequest(string? Reason = null);

public sealed record CancelledBooking(
    string BookingId, string TourId, string Status, decimal RefundAmount, string RefundStatus, decimal CancellationFee, string Currency,
    DateTimeOffset CancelledAt);

public static class BookingStatus
{
    public const string Pending = "pending";
    public const string Confirmed = "confirmed";
    public const string Cancelled = "cancelled";
    public const string Completed = "completed";
    public const string NoShow = "no_show";
    public const string Failed = "failed";
}

public sealed record BookingAnswer(BookingView Booking);

/// <param name="Cursor">Pass as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record BookingPage(IReadOnlyList<BookingView> Bookings, string? Cursor);
