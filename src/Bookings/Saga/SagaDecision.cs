using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.Bookings.Saga;

/// <param name="Commands">Sent in the commit that stores the state.</param>
internal sealed record SagaDecision(SagaState State, params IReadOnlyList<SagaCommand> Commands)
{
    public const string Declined = "The payment was declined.";
    public const string PaymentTimedOut = "The payment did not come in time.";

    private const string Cancelled = "The booking was cancelled.";
    private const string NotBooked = "The booking did not come about.";

    public static readonly Backoff Backoff = new(First: TimeSpan.FromSeconds(2), Longest: TimeSpan.FromMinutes(1));

    /// <summary>A saga that has sent a command again this often, after about a minute, is logged as stuck.</summary>
    public const int UnusualAttempts = 5;

    /// <summary>The backoff before the state's command is sent again; null where the saga has ended.</summary>
    public static TimeSpan? BackoffOf(SagaState state) => state.Ended ? null : Backoff.After(state.Attempt);

    /// <summary>The whole workflow, pure: pay and confirm, or release the seats and refund. A duplicate or late event changes nothing.</summary>
    public static SagaDecision Decide(SagaState state, SagaEvent heard, DateTimeOffset now) => (state.Step, heard) switch
    {
        (SagaStep.Paying, SagaEvent.Started) => Ask(state),
        (SagaStep.Paying, SagaEvent.PaymentSucceeded) => Enter(state, SagaStep.Confirming),
        (SagaStep.Paying, SagaEvent.PaymentFailed) => Enter(state with { Declined = true }, SagaStep.Releasing),
        (SagaStep.Releasing, SagaEvent.PaymentFailed) => new SagaDecision(state with { Declined = true }),
        (SagaStep.Paying, SagaEvent.TimerFired) when now >= state.PayBy => Enter(state, SagaStep.Releasing),
        (SagaStep.Confirming, SagaEvent.BookingConfirmed) => End(state, SagaStep.Completed),

        // The booking ended before it was paid or confirmed: the full amount is refunded, also where the charge arrives later.
        (SagaStep.Paying or SagaStep.Confirming or SagaStep.Releasing, SagaEvent.BookingFailed) => Refund(state, state.AmountMinor, SagaStep.Failed),
        (SagaStep.Paying or SagaStep.Confirming or SagaStep.Releasing, SagaEvent.BookingCancelled) =>
            Refund(state, state.AmountMinor, SagaStep.Cancelled),
        (SagaStep.Completed, SagaEvent.BookingCancelled cancelled) => Refund(state, cancelled.RefundMinor, SagaStep.Cancelled),

        (SagaStep.Refunding, SagaEvent.PaymentRefunded or SagaEvent.PaymentFailed) => End(state, state.EndsAs),

        ({ }, SagaEvent.TimerFired) when !state.Ended => Ask(state with { Attempt = state.Attempt + 1 }),
        _ => new SagaDecision(state),
    };

    private static SagaDecision Refund(SagaState state, long minor, SagaStep endsAs) => state.Declined || minor == 0
        ? End(state, endsAs)
        : Enter(state with { RefundMinor = minor, EndsAs = endsAs }, SagaStep.Refunding);

    private static SagaDecision Enter(SagaState state, SagaStep step) => Ask(state with { Step = step, Attempt = 0 });

    private static SagaDecision End(SagaState state, SagaStep step) => new(state with { Step = step, Attempt = 0 });

    private static SagaDecision Ask(SagaState state) => new(state, state.Step switch
    {
        SagaStep.Paying => new SagaCommand.RequestPayment(),
        SagaStep.Confirming => new SagaCommand.RequestConfirmation(),
        SagaStep.Releasing => new SagaCommand.RequestRelease(state.Declined ? Declined : PaymentTimedOut),
        SagaStep.Refunding => new SagaCommand.RequestRefund(state.RefundMinor, state.EndsAs == SagaStep.Cancelled ? Cancelled : NotBooked),
        _ => throw new InvalidOperationException($"A saga that is {state.Step} asks for nothing."),
    });
}
