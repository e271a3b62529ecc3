namespace RealtimeTours.Bookings.Saga;

internal sealed class SagaRow
{
    public const string Columns = """
        booking_id AS BookingId, user_id AS UserId, payment_id AS PaymentId, payment_method AS PaymentMethod, amount_minor AS AmountMinor,
        currency AS Currency, step AS Step, ends_as AS EndsAs, declined AS Declined, refund_minor AS RefundMinor, attempt AS Attempt, pay_by AS PayBy,
        correlation_id AS CorrelationId, started_at AS StartedAt
        """;

    public string BookingId { get; set; } = "";
    public string UserId { get; set; } = "";
    public string PaymentId { get; set; } = "";
    public string PaymentMethod { get; set; } = "";
    public long AmountMinor { get; set; }
    public string Currency { get; set; } = "";
    public string Step { get; set; } = nameof(SagaStep.Paying);
    public string EndsAs { get; set; } = nameof(SagaStep.Failed);
    public bool Declined { get; set; }
    public long RefundMinor { get; set; }
    public int Attempt { get; set; }
    public DateTimeOffset PayBy { get; set; }
    public string CorrelationId { get; set; } = "";
    public DateTimeOffset StartedAt { get; set; }

    public decimal Money(long minor) => Currencies.FromMinor(minor, Currency);

    public SagaState ToState() => new(Enum.Parse<SagaStep>(Step), AmountMinor, PayBy, Enum.Parse<SagaStep>(EndsAs), Declined, RefundMinor, Attempt);
}
