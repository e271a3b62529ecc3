using RealtimeTours.Contracts.Events;

namespace RealtimeTours.Bookings.Saga;

/// <summary>Where the workflow of one booking stands. Reserving and creating are done in the transaction that starts it.</summary>
public enum SagaStep
{
    /// <summary>Waits for the payment.</summary>
    Paying,

    /// <summary>The money came; waits for the booking to be confirmed.</summary>
    Confirming,

    /// <summary>No money will come; waits for the booking to give its seats back.</summary>
    Releasing,

    /// <summary>There is no booking any more; waits until no money is left here that is not ours.</summary>
    Refunding,

    /// <summary>Paid and confirmed. A cancellation later goes on from here.</summary>
    Completed,
    Failed,
    Cancelled,
}

/// <param name="EndsAs">How it ends once the money is settled: <see cref="SagaStep.Failed"/> or <see cref="SagaStep.Cancelled"/>.</param>
/// <param name="Declined">The payment failed: there is nothing to refund.</param>
/// <param name="RefundCents">What is to go back.</param>
/// <param name="Attempt">How often the step's command was sent; grows the pauses.</param>
/// <param name="PayBy">After this time nobody waits for the payment any more.</param>
internal sealed record SagaState(
    SagaStep Step, long AmountCents, DateTimeOffset PayBy, SagaStep EndsAs = SagaStep.Failed, bool Declined = false, long RefundCents = 0, int Attempt = 0)
{
    public bool Ended => Step is SagaStep.Completed or SagaStep.Failed or SagaStep.Cancelled;
}

/// <summary>What a saga hears.</summary>
public abstract record SagaEvent
{
    private SagaEvent()
    {
    }

    public sealed record Started : SagaEvent;

    public sealed record PaymentSucceeded : SagaEvent;

    /// <summary>Nothing was charged, and nothing will be.</summary>
    public sealed record PaymentFailed(string Reason) : SagaEvent;

    public sealed record PaymentRefunded : SagaEvent;

    public sealed record BookingConfirmed : SagaEvent;

    /// <summary>The pending booking ended without a payment: its hold expired, or the saga had asked for it.</summary>
    public sealed record BookingFailed : SagaEvent;

    /// <param name="RefundCents">What the customer gets back of a payment that was complete.</param>
    public sealed record BookingCancelled(long RefundCents) : SagaEvent;

    /// <summary>The step has taken longer than its pause.</summary>
    public sealed record TimerFired : SagaEvent;
}

/// <summary>What a saga wants done. Each may be asked for again: who does it does it once.</summary>
internal abstract record SagaCommand
{
    private SagaCommand()
    {
    }

    public sealed record RequestPayment : SagaCommand;

    public sealed record RequestConfirmation : SagaCommand;

    public sealed record RequestRelease(string Reason) : SagaCommand;

    public sealed record RequestRefund(long Cents, string Reason) : SagaCommand;
}
