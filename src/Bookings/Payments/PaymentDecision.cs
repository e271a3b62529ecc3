namespace RealtimeTours.Bookings.Payments;

/// <param name="RefundMinor">The amount to be refunded, or that was.</param>
internal sealed record PaymentState(PaymentStatus Status, long AmountMinor, long RefundMinor = 0, string? Reason = null)
{
    /// <summary>The provider has to be called until it answers.</summary>
    public bool Open => Status is PaymentStatus.Initiated or PaymentStatus.Voiding or PaymentStatus.Refunding;
}

/// <summary>The state machine of a payment, pure, with the amounts for the ledger. A duplicate or late answer changes nothing.</summary>
internal sealed record PaymentDecision(PaymentState State, long? ChargedMinor = null, long? RefundedMinor = null)
{
    public const string CalledOff = "The payment was called off.";

    public static PaymentDecision Decide(PaymentState state, GatewayAnswer answer) => (state.Status, answer) switch
    {
        (PaymentStatus.Initiated, GatewayAnswer.Succeeded) => new(state with { Status = PaymentStatus.Succeeded }, ChargedMinor: state.AmountMinor),
        (PaymentStatus.Initiated, GatewayAnswer.Declined declined) => new(state with { Status = PaymentStatus.Failed, Reason = declined.Reason }),
        (PaymentStatus.Voiding, GatewayAnswer.Voided) => new(state with { Status = PaymentStatus.Failed, Reason = CalledOff }),
        (PaymentStatus.Voiding, GatewayAnswer.Refunded refunded) => new(
            state with { Status = PaymentStatus.Refunded, RefundMinor = refunded.AmountMinor }, state.AmountMinor, refunded.AmountMinor),
        (PaymentStatus.Refunding, GatewayAnswer.Refunded refunded) => new(
            state with { Status = PaymentStatus.Refunded, RefundMinor = refunded.AmountMinor }, RefundedMinor: refunded.AmountMinor),
        // The provider charged after it had declined: no booking waits for the money any more, so the charge is voided.
        (PaymentStatus.Failed, GatewayAnswer.Succeeded) => new(state with { Status = PaymentStatus.Voiding }),
        _ => new(state),
    };

    /// <summary>Refunds a payment that was charged, or voids one whose outcome is open.</summary>
    public static PaymentDecision Refund(PaymentState state, long minor, string reason) => state.Status switch
    {
        PaymentStatus.Initiated => new(state with { Status = PaymentStatus.Voiding, Reason = reason }),
        PaymentStatus.Succeeded =>
            new(state with { Status = PaymentStatus.Refunding, RefundMinor = Math.Min(minor, state.AmountMinor), Reason = reason }),
        _ => new(state),
    };
}
