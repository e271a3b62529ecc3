namespace RealtimeTours.Contracts.Events;

/// <summary>
/// <see cref="EventTypes.PaymentInitiated"/>, <see cref="EventTypes.PaymentSucceeded"/>, <see cref="EventTypes.PaymentFailed"/> and
/// <see cref="EventTypes.PaymentRefunded"/>.
/// </summary>
/// <param name="Amount">In units of <paramref name="Currency"/> (ISO 4217); for a refund, the amount refunded.</param>
/// <param name="Reason">Why the payment failed, or why it was refunded.</param>
public sealed record Payment(string PaymentId, string BookingId, decimal Amount, string Currency, string? Reason = null) : IOfBooking;

/// <summary><see cref="EventTypes.PaymentRequested"/>. Idempotent: a repeated request for one payment never charges twice.</summary>
/// <param name="PaymentMethod">A token of the payment provider, never a card number.</param>
public sealed record PaymentRequested(string PaymentId, string BookingId, decimal Amount, string Currency, string PaymentMethod) : IOfBooking;

/// <summary><see cref="EventTypes.PaymentRefundRequested"/>.</summary>
/// <param name="Amount">The amount to refund; a payment that has not succeeded yet is cancelled instead.</param>
public sealed record PaymentRefundRequested(string PaymentId, string BookingId, decimal Amount, string Currency, string Reason) : IOfBooking;
