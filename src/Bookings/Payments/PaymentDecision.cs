namespace RealtimeTours.Bookings.Payments;

/// <param name="RefundCents">What is to go back, or went.</param>
/// <param name="Reason">Why it failed, or why money goes back.</param>
internal sealed record PaymentState(PaymentStatus Status, long AmountCents, long RefundCents = 0, string? Reason = null)
{
    /// <summary>The provider has to be asked, again and again until it answers.</summary>
    public bool Open => Status is PaymentStatus.Initiated or PaymentStatus.Voiding or PaymentStatus.Refunding;
}

/// <summary>What the provider's answers and a call for a refund make of a payment. Pure. An answer that comes twice or too late changes nothing.</summary>
/// <param name="ChargedCents">To be entered in the ledger.</param>
/// <param name="RefundedCents">To be entered in the ledger.</param>
internal sealed record PaymentDecision(PaymentState State, long? ChargedCents = null, long? RefundedCents = null)
{
    public const string CalledOff = "The payment was called off.";

    public static PaymentDecision Decide(PaymentState state, GatewayAnswer answer) => (state.Status, answer) switch
    {
        (PaymentStatus.Initiated, GatewayAnswer.Succeeded) => new(state with { Status = PaymentStatus.Succeeded }, ChargedCents: state.AmountCents),
        (PaymentStatus.Initiated, GatewayAnswer.Declined declined) => new(state with { Status = PaymentStatus.Failed, Reason = declined.Reason }),
        (PaymentStatus.Voiding, GatewayAnswer.Voided) => new(state with { Status = PaymentStatus.Failed, Reason = CalledOff }),
        (PaymentStatus.Voiding, GatewayAnswer.Refunded refunded) => new(
            state with { Status = PaymentStatus.Refunded, RefundCents = refunded.AmountCents }, state.AmountCents, refunded.AmountCents),
        (PaymentStatus.Refunding, GatewayAnswer.Refunded refunded) => new(
            state with { Status = PaymentStatus.Refunded, RefundCents = refunded.AmountCents }, RefundedCents: refunded.AmountCents),
        // The provider took the money after it had said it would not: nobody waits for it any more.
        (PaymentStatus.Failed, GatewayAnswer.Succeeded) => new(state with { Status = PaymentStatus.Voiding }),
        _ => new(state),
    };

    /// <summary>Money is to go back, or not to come at all.</summary>
    public static PaymentDecision Refund(PaymentState state, long cents, string reason) => state.Status switch
    {
        PaymentStatus.Initiated => new(state with { Status = PaymentStatus.Voiding, Reason = reason }),
        PaymentStatus.Succeeded => new(state with { Status = PaymentStatus.Refunding, RefundCents = Math.Min(cents, state.AmountCents), Reason = reason }),
        _ => new(state),
    };
}
