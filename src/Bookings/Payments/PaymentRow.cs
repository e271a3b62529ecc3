namespace RealtimeTours.Bookings.Payments;

/// <summary>Column <c>status</c> of table <c>payments</c>.</summary>
public enum PaymentStatus
{
    Initiated,
    Succeeded,
    Failed,

    /// <summary>Called off before the outcome of its charge was known.</summary>
    Voiding,
    Refunding,
    Refunded,
}

internal sealed class PaymentRow
{
    public const string Columns = """
        id AS Id, booking_id AS BookingId, amount_minor AS AmountMinor, currency AS Currency, method AS Method, status AS Status, reason AS Reason,
        refund_minor AS RefundMinor, attempt AS Attempt, correlation_id AS CorrelationId
        """;

    public string Id { get; set; } = "";
    public string BookingId { get; set; } = "";
    public long AmountMinor { get; set; }
    public string Currency { get; set; } = "";
    public string Method { get; set; } = "";
    public string Status { get; set; } = nameof(PaymentStatus.Initiated);
    public string? Reason { get; set; }
    public long RefundMinor { get; set; }
    public int Attempt { get; set; }
    public string CorrelationId { get; set; } = "";

    public PaymentState ToState() => new(Enum.Parse<PaymentStatus>(Status), AmountMinor, RefundMinor, Reason);
}
