namespace RealtimeTours.Bookings.Saga;

/// <summary>The step of one booking's workflow. The transaction that starts it has already taken the seats and made the booking.</summary>
public enum SagaStep
{
    /// <summary>Waits for the payment.</summary>
    Paying,

    /// <summary>Paid; waits for the booking to be confirmed.</summary>
    Confirming,

    /// <summary>Not paid; waits for the booking to give its seats back.</summary>
    Releasing,

    /// <summary>The booking has ended; waits until the provider has refunded the amount or failed to charge it.</summary>
    Refunding,

    /// <summary>Paid and confirmed. A later cancellation starts the refund from here.</summary>
    Completed,
    Failed,
    Cancelled,
}

/// <param name="EndsAs"><see cref="SagaStep.Failed"/> or <see cref="SagaStep.Cancelled"/>, once the refund is done.</param>
/// <param name="Declined">The payment failed: there is nothing to refund.</param>
/// <param name="Attempt">How often the step's command was sent again; the backoff grows with it.</param>
internal sealed record SagaState(
    SagaStep Step, long AmountMinor, DateTimeOffset PayBy, SagaStep EndsAs = SagaStep.Failed, bool Declined = false, long RefundMinor = 0,
    int Attempt = 0)
{
    /// <summary>The payment has come, and nothing of it has gone back.</summary>
    public bool IsCharged => Step is SagaStep.Confirming or SagaStep.Completed;

    public bool Ended => Step is SagaStep.Completed or SagaStep.Failed or SagaStep.Cancelled;
}

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

    /// <summary>The pending booking ended unpaid: its hold expired, or the saga asked for its release.</summary>
    public sealed record BookingFailed : SagaEvent;

    /// <param name="RefundMinor">What the customer gets back of a completed payment.</param>
    public sealed record BookingCancelled(long RefundMinor) : SagaEvent;

    /// <summary>The step's backoff has passed without an answer.</summary>
    public sealed record TimerFired : SagaEvent;
}

/// <summary>A command may be sent more than once; its consumer is idempotent.</summary>
internal abstract record SagaCommand
{
    private SagaCommand()
    {
    }

    public sealed record RequestPayment : SagaCommand;

    public sealed record RequestConfirmation : SagaCommand;

    public sealed record RequestRelease(string Reason) : SagaCommand;

    public sealed record RequestRefund(long Minor, string Reason) : SagaCommand;
}
