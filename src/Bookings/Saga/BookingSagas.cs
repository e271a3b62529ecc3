using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Saga;

/// <param name="AmountMinor">In minor units of <paramref name="Currency"/>.</param>
/// <param name="PayBy">The deadline: after it the saga no longer waits for the payment.</param>
public sealed record BookingToPay(string BookingId, string UserId, long AmountMinor, string Currency, string PaymentMethod, DateTimeOffset PayBy);

/// <summary>The saga orchestrator. Whoever changes a booking calls it in the same transaction: state and commands commit together.</summary>
public sealed class BookingSagas(EventFactory events, TimeProvider time)
{
    /// <summary>Runs in the transaction that takes the seats; its statements are sent just before the commit.</summary>
    public void Start(WriteTransaction transaction, BookingToPay booking)
    {
        var now = time.GetUtcNow();
        var row = new SagaRow
        {
            BookingId = booking.BookingId, UserId = booking.UserId, PaymentId = Ids.New("pay_"), PaymentMethod = booking.PaymentMethod,
            AmountMinor = booking.AmountMinor, Currency = booking.Currency, PayBy = booking.PayBy,
            CorrelationId = CorrelationContext.Id, StartedAt = now,
        };
        var decision = SagaDecision.Decide(row.ToState(), new SagaEvent.Started(), now);
        transaction.Defer($"""
            INSERT INTO booking_sagas (booking_id, user_id, payment_id, payment_method, amount_minor, currency, step, ends_as, declined, refund_minor,
                                       attempt, pay_by, due_at, correlation_id, started_at)
            VALUES (@BookingId, @UserId, @PaymentId, @PaymentMethod, @AmountMinor, @Currency, @Step, @EndsAs, @Declined, @RefundMinor, @Attempt,
                    @PayBy, {DueAt(transaction, decision.State)}, @CorrelationId, @StartedAt)
            """, row);
        // The same commit has already taken the seats and made the booking: both steps are recorded.
        transaction.Defer("""
            INSERT INTO booking_saga_steps (booking_id, number, step, because, entered_at)
            VALUES (@BookingId, 1, 'Reserving', 'Started', @StartedAt), (@BookingId, 2, 'Creating', 'SeatsHeld', @StartedAt),
                   (@BookingId, 3, @Step, 'BookingCreated', @StartedAt)
            """, row);
        Send(transaction, row, decision.Commands);
    }

    /// <summary>Applies an event to the booking's saga; does nothing for a booking without one.</summary>
    public async Task ApplyAsync(WriteTransaction transaction, string bookingId, SagaEvent heard)
    {
        if (await LockAsync(transaction, bookingId) is { } row) await ApplyAsync(transaction, row, heard);
    }

    /// <summary>The booking is cancelled: what was charged through us goes back, less the fee. Does nothing for a booking without a saga.</summary>
    /// <param name="refundMinor">Of a confirmed booking: its price less the fee. Before it is confirmed, all goes back.</param>
    /// <returns>What goes back; 0 where nothing was charged so far. A charge that comes through later goes back whole.</returns>
    public async Task<long> CancelAsync(WriteTransaction transaction, string bookingId, long refundMinor)
    {
        if (await LockAsync(transaction, bookingId) is not { } row) return 0; // paid at the desk, which settles it with the customer
        var isCharged = row.ToState().IsCharged;
        var state = await ApplyAsync(transaction, row, new SagaEvent.BookingCancelled(refundMinor));
        return isCharged ? state.RefundMinor : 0;
    }

    /// <summary>As committed now; null for a booking without a saga.</summary>
    internal static async Task<SagaStep?> StepAsync(WriteTransaction transaction, string bookingId) =>
        await transaction.FirstOrDefaultAsync<string>("SELECT step FROM booking_sagas WHERE booking_id = @bookingId", new { bookingId }) is { } step
            ? Enum.Parse<SagaStep>(step)
            : null;

    /// <summary>Locks the saga's row until the transaction ends; null for a booking without a saga.</summary>
    internal static Task<SagaRow?> LockAsync(WriteTransaction transaction, string bookingId) => transaction.FirstOrDefaultAsync<SagaRow>(
        $"SELECT {SagaRow.Columns} FROM booking_sagas WHERE booking_id = @bookingId {transaction.Dialect.ForUpdate}", new { bookingId });

    /// <param name="row">Locked by the caller's transaction.</param>
    internal async Task<SagaState> ApplyAsync(WriteTransaction transaction, SagaRow row, SagaEvent heard)
    {
        var (before, now) = (row.ToState(), time.GetUtcNow());
        var decision = SagaDecision.Decide(before, heard, now);
        if (decision.State == before && decision.Commands.Count == 0) return before;
        await transaction.ExecuteAsync($"""
            UPDATE booking_sagas SET step = @step, ends_as = @endsAs, declined = @Declined, refund_minor = @RefundMinor, attempt = @Attempt,
                   due_at = {DueAt(transaction, decision.State)} WHERE booking_id = @BookingId
            """, new
        {
            step = decision.State.Step.ToString(), endsAs = decision.State.EndsAs.ToString(), decision.State.Declined, decision.State.RefundMinor,
            decision.State.Attempt, row.BookingId,
        });
        if (decision.State.Step != before.Step)
            await transaction.ExecuteAsync("""
                INSERT INTO booking_saga_steps (booking_id, number, step, because, entered_at)
                SELECT @BookingId, MAX(number) + 1, @step, @because, @now FROM booking_saga_steps WHERE booking_id = @BookingId
                """, new { row.BookingId, step = decision.State.Step.ToString(), because = heard.GetType().Name, now });
        Send(transaction, row, decision.Commands);
        return decision.State;
    }

    private static string DueAt(WriteTransaction transaction, SagaState state) =>
        SagaDecision.BackoffOf(state) is { } backoff ? transaction.Dialect.Clock(backoff) : "NULL";

    private void Send(WriteTransaction transaction, SagaRow row, IReadOnlyList<SagaCommand> commands) =>
        transaction.Announce(commands.Select(command => command switch
        {
            SagaCommand.RequestPayment => events.Create(EventTypes.PaymentRequested,
                new PaymentRequested(row.PaymentId, row.BookingId, row.Money(row.AmountMinor), row.Currency, row.PaymentMethod)),
            SagaCommand.RequestConfirmation =>
                events.Create(EventTypes.BookingConfirmationRequested, new BookingConfirmationRequested(row.BookingId)),
            SagaCommand.RequestRelease release => events.Create(
                EventTypes.BookingReleaseRequested, new BookingReleaseRequested(row.BookingId, release.Reason)),
            SagaCommand.RequestRefund refund => events.Create(EventTypes.PaymentRefundRequested,
                new PaymentRefundRequested(row.PaymentId, row.BookingId, row.Money(refund.Minor), row.Currency, refund.Reason)),
            _ => throw new InvalidOperationException($"{command} is no command."),
        }));
}
