using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Writes tables <c>payments</c> and <c>payment_ledger</c>, and each change's events in the same commit.</summary>
internal sealed class PaymentBook(EventFactory events, TimeProvider time)
{
    /// <summary>Locks the payment's row until the transaction ends; null for none.</summary>
    public Task<PaymentRow?> LockAsync(WriteTransaction transaction, string paymentId) => transaction.FirstOrDefaultAsync<PaymentRow>(
        $"SELECT {PaymentRow.Columns} FROM payments WHERE id = @paymentId {transaction.Dialect.ForUpdate}", new { paymentId });

    /// <exception cref="PermanentFailureException">The booking does not exist, or its price differs.</exception>
    public async Task OpenAsync(WriteTransaction transaction, PaymentRow payment, PaymentStatus status)
    {
        var price = await transaction.FirstOrDefaultAsync<long?>("SELECT total_cents FROM bookings WHERE id = @BookingId", new { payment.BookingId });
        if (price is null) throw new PermanentFailureException($"There is no booking {payment.BookingId}: nothing is charged.");
        if (status == PaymentStatus.Initiated && price != payment.AmountCents)
            throw new PermanentFailureException($"Booking {payment.BookingId} costs {price} cents, not {payment.AmountCents}: nothing is charged.");
        await transaction.ExecuteAsync($"""
            INSERT INTO payments (id, booking_id, amount_cents, currency, method, status, due_at, correlation_id, created_at)
            VALUES (@Id, @BookingId, @AmountCents, @Currency, @Method, @status, {transaction.Dialect.Clock(TimeSpan.Zero)}, @CorrelationId, @now)
            """, new
        {
            payment.Id, payment.BookingId, payment.AmountCents, payment.Currency, payment.Method, status = status.ToString(), payment.CorrelationId,
            now = time.GetUtcNow(),
        });
        if (status == PaymentStatus.Initiated) Announce(transaction, payment, new PaymentState(status, payment.AmountCents));
    }

    /// <param name="payment">Locked by this transaction.</param>
    public async Task WriteAsync(WriteTransaction transaction, PaymentRow payment, PaymentDecision decision)
    {
        var before = payment.ToState();
        if (decision.State == before) return;
        await transaction.ExecuteAsync($"""
            UPDATE payments SET status = @status, refund_cents = @RefundCents, reason = @Reason, attempt = 0,
                   due_at = {(decision.State.Open ? transaction.Dialect.Clock(TimeSpan.Zero) : "NULL")} WHERE id = @Id
            """, new { status = decision.State.Status.ToString(), decision.State.RefundCents, decision.State.Reason, payment.Id });
        await EnterAsync(transaction, payment, "charge", decision.ChargedCents);
        await EnterAsync(transaction, payment, "refund", decision.RefundedCents);
        if (decision.State.Open) return;
        // The charge went through before its void: it is announced as a payment before its refund is.
        if (decision is { ChargedCents: not null, RefundedCents: not null }) Announce(
            transaction, payment, decision.State with { Status = PaymentStatus.Succeeded, Reason = null });
        Announce(transaction, payment, decision.State);
    }

    /// <summary>Announces the outcome again under the same event id, for a consumer that missed it; an inbox ignores the duplicate.</summary>
    public void TellAgain(WriteTransaction transaction, PaymentRow payment)
    {
        var state = payment.ToState();
        if (!state.Open) Announce(transaction, payment, state);
    }

    private async Task EnterAsync(WriteTransaction transaction, PaymentRow payment, string kind, long? cents)
    {
        if (cents is null) return;
        await transaction.ExecuteAsync("""
            INSERT INTO payment_ledger (payment_id, kind, amount_cents, currency, recorded_at) VALUES (@Id, @kind, @cents, @Currency, @now)
            """, new { payment.Id, kind, cents, payment.Currency, now = time.GetUtcNow() });
    }

    private void Announce(WriteTransaction transaction, PaymentRow payment, PaymentState state)
    {
        var (eventType, cents) = state.Status switch
        {
            PaymentStatus.Initiated => (EventTypes.PaymentInitiated, payment.AmountCents),
            PaymentStatus.Succeeded => (EventTypes.PaymentSucceeded, payment.AmountCents),
            PaymentStatus.Failed => (EventTypes.PaymentFailed, payment.AmountCents),
            PaymentStatus.Refunded => (EventTypes.PaymentRefunded, state.RefundCents),
            _ => throw new InvalidOperationException($"A payment that is {state.Status} is no news."),
        };
        transaction.Announce(events.Create(
            eventType, new Payment(payment.Id, payment.BookingId, cents / 100m, payment.Currency, state.Reason), EventId(payment, state.Status)));
    }

    private static string EventId(PaymentRow payment, PaymentStatus status) => $"evt_{payment.Id[..Math.Min(payment.Id.Length, 100)]}_{status}";
}
