namespace RealtimeTours.Contracts.Events;

/// <summary>
/// <see cref="EventTypes.PaymentInitiated"/>, <see cref="EventTypes.PaymentSucceeded"/>, <see cref="EventTypes.PaymentFailed"/> and
/// <see cref="EventTypes.PaymentRefunded"/>.
/// </summary>
/// <param name="Amount">In units of <paramref name="Currency"/> (ISO 4217); of a refund, what went back.</param>
/// <param name="Reason">Why it failed, or why money went back.</param>
public sealed record Payment(string PaymentId, string BookingId, decimal Amount, string Currency, string? Reason = null) : IOfBooking;

/// <summary><see cref="EventTypes.PaymentRequested"/>. Asking again about the same payment never charges twice.</summary>
/// <param name="PaymentMethod">A token of the payment provider, never a card's number.</param>
public sealed record PaymentRequested(string PaymentId, string BookingId, decimal Amount, string Currency, string PaymentMethod) : IOfBooking;

/// <summary><see cref="EventTypes.PaymentRefundRequested"/>.</summary>
/// <param name="Amount">What is to go back of a payment that came; one that did not come yet is called off.</param>
public sealed record PaymentRefundRequested(string PaymentId, string BookingId, decimal Amount, string Currency, string Reason) : IOfBooking;
