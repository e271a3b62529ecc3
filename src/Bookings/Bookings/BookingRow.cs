using RealtimeTours.Bookings.Saga;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Bookings.Bookings;

internal sealed class BookingRow
{
    public const string Columns = """
        b.id AS Id, b.tour_id AS TourId, b.starts_at AS StartsAt, b.user_id AS UserId, b.participants AS Participants, b.total_minor AS TotalMinor,
        b.currency AS Currency, b.status AS Status, b.payment_method AS PaymentMethod, b.created_at AS CreatedAt,
        b.discount_percentage AS DiscountPercentage, b.voucher_code AS VoucherCode, b.rating AS Rating
        """;

    /// <summary>The same columns for <c>RETURNING</c>, where SQLite does not accept the table's alias.</summary>
    public static readonly string Returned = Columns.Replace("b.", "", StringComparison.Ordinal);

    public string Id { get; set; } = "";
    public string TourId { get; set; } = "";
    public DateTimeOffset StartsAt { get; set; }
    public string UserId { get; set; } = "";
    public int Participants { get; set; }
    public long TotalMinor { get; set; }
    public string Currency { get; set; } = "";
    public string Status { get; set; } = "";
    public string? PaymentMethod { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public int? Rating { get; set; }

    // The cancellation terms of the moment of booking: stored with the booking, read when it is cancelled.
    public int CancellationDays { get; set; }
    public string CancellationFees { get; set; } = CancellationPolicy.NoFees;

    public int DiscountPercentage { get; set; }

    /// <summary>Stays when the booking has ended and the voucher came back.</summary>
    public string? VoucherCode { get; set; }

    public decimal TotalPrice => Currencies.FromMinor(TotalMinor, Currency);

    public BookingPlaced ToPlaced() => new(Id, TourId, UserId, StartsAt, Participants, TotalPrice, Currency);

    public BookingToPay ToPay(DateTimeOffset payBy) => new(Id, UserId, TotalMinor, Currency, PaymentMethod!, payBy);

    public BookingView ToView() =>
        new(Id, TourId, UserId, StartsAt, Participants, TotalPrice, Currency, Status, CreatedAt, VoucherCode, DiscountPercentage, Rating);
}
