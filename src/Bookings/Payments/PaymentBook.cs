using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Writes tables <c>payments</c> and <c>payment_ledger</c>, and each change's events in the same commit.</summary>
internal sealed class PaymentBook(EventFactory events, TimeProvider time)
{
    /// <summary>Locks the booking's row until the transaction ends: of two requests at once about its payment, the second finds the first.</summary>
    /// <returns>Its status; null where there is no such booking.</returns>
    public static Task<string?> LockBookingAsync(WriteTransaction transaction, string bookingId) => transaction.FirstOrDefaultAsync<string>(
        $"SELECT status FROM bookings WHERE id = @bookingId {transaction.Dialect.ForUpdate}", new { bookingId });

    /// <summary>Locks the payment's row until the transaction ends; null for none.</summary>
    public Task<PaymentRow?> LockAsync(WriteTransaction transaction, string paymentId) => transaction.FirstOrDefaultAsync<PaymentRow>(
        $"SELECT {PaymentRow.Columns} FROM payments WHERE id = @paymentId {transaction.Dialect.ForUpdate}", new { paymentId });

    /// <exception cref="PermanentFailureException">The booking is not to be paid like that.</exception>
    public async Task OpenAsync(WriteTransaction transaction, PaymentRow payment, PaymentStatus status)
    {
        var booking = await transaction.FirstOrDefaultAsync<Payable>("""
            SELECT total_minor AS TotalMinor, currency AS Currency, status AS Status, payment_method AS PaymentMethod,
                   (SELECT id FROM payments WHERE booking_id = @BookingId) AS PaymentId FROM bookings WHERE id = @BookingId
            """, new { payment.BookingId });
        // The request came late. Whoever ended the booking has the payment called off.
        if (status == PaymentStatus.Initiated && booking is { Status: BookingStatus.Cancelled or BookingStatus.Failed }) return;
        if (WhyNot(booking, payment, status) is { } sentence)
            throw new PermanentFailureException($"{sentence}: nothing is charged.");
        await transaction.ExecuteAsync($"""
            INSERT INTO payments (id, booking_id, amount_minor, currency, method, status, due_at, correlation_id, created_at)
            VALUES (@Id, @BookingId, @AmountMinor, @Currency, @Method, @status, {transaction.Dialect.Clock(TimeSpan.Zero)}, @CorrelationId, @now)
            """, new
        {
            payment.Id, payment.BookingId, payment.AmountMinor, payment.Currency, payment.Method, status = status.ToString(), payment.CorrelationId,
            now = time.GetUtcNow(),
        });
        if (status == PaymentStatus.Initiated) Announce(transaction, payment, new PaymentState(status, payment.AmountMinor));
    }

    /// <exception cref="PermanentFailureException">The booking stands.</exception>
    public static async Task RefuseUnlessEndedAsync(WriteTransaction transaction, string bookingId)
    {
        var status = await LockBookingAsync(transaction, bookingId);
        if (status is not (BookingStatus.Cancelled or BookingStatus.Failed))
            throw new PermanentFailureException($"Booking {bookingId} is {status ?? "not there"}: nothing is refunded.");
    }

    private static string? WhyNot(Payable? booking, PaymentRow payment, PaymentStatus status) => booking switch
    {
        null => $"There is no booking {payment.BookingId}",
        { PaymentId: { } other } => $"Booking {payment.BookingId} has payment {other} already",
        _ when status != PaymentStatus.Initiated => null,
        { PaymentMethod: null } => $"Booking {payment.BookingId} is paid at the desk",
        { Status: not BookingStatus.Pending } => $"Booking {payment.BookingId} is {booking.Status} and waits for no payment",
        _ when booking.TotalMinor != payment.AmountMinor || booking.Currency != payment.Currency =>
            $"Booking {payment.BookingId} costs {Currencies.FromMinor(booking.TotalMinor, booking.Currency)} {booking.Currency}, not "
                + $"{Currencies.FromMinor(payment.AmountMinor, payment.Currency)} {payment.Currency}",
        _ => null,
    };

    private sealed class Payable
    {
        public long TotalMinor { get; set; }
        public string Currency { get; set; } = "";
        public string Status { get; set; } = "";
        public string? PaymentMethod { get; set; }
        public string? PaymentId { get; set; }
    }

    /// <param name="payment">Locked by this transaction.</param>
    public async Task WriteAsync(WriteTransaction transaction, PaymentRow payment, PaymentDecision decision)
    {
        var before = payment.ToState();
        if (decision.State == before) return;
        await transaction.ExecuteAsync($"""
            UPDATE payments SET status = @status, refund_minor = @RefundMinor, reason = @Reason, attempt = 0,
                   due_at = {(decision.State.Open ? transaction.Dialect.Clock(TimeSpan.Zero) : "NULL")} WHERE id = @Id
            """, new { status = decision.State.Status.ToString(), decision.State.RefundMinor, decision.State.Reason, payment.Id });
        await EnterAsync(transaction, payment, "charge", decision.ChargedMinor);
        await EnterAsync(transaction, payment, "refund", decision.RefundedMinor);
        if (decision.State.Open) return;
        // The charge went through before its void: it is announced as a payment before its refund is.
        if (decision is { ChargedMinor: not null, RefundedMinor: not null }) Announce(
            transaction, payment, decision.State with { Status = PaymentStatus.Succeeded, Reason = null });
        Announce(transaction, payment, decision.State);
    }

    /// <summary>Announces the outcome again under the same event id, for a consumer that missed it; an inbox ignores the duplicate.</summary>
    public void TellAgain(WriteTransaction transaction, PaymentRow payment)
    {
        var state = payment.ToState();
        if (!state.Open) Announce(transaction, payment, state);
    }

    private async Task EnterAsync(WriteTransaction transaction, PaymentRow payment, string kind, long? minor)
    {
        if (minor is null) return;
        await transaction.ExecuteAsync("""
            INSERT INTO payment_ledger (payment_id, kind, amount_minor, currency, recorded_at) VALUES (@Id, @kind, @minor, @Currency, @now)
            """, new { payment.Id, kind, minor, payment.Currency, now = time.GetUtcNow() });
    }

    private void Announce(WriteTransaction transaction, PaymentRow payment, PaymentState state)
    {
        var (eventType, minor) = state.Status switch
        {
            PaymentStatus.Initiated => (EventTypes.PaymentInitiated, payment.AmountMinor),
            PaymentStatus.Succeeded => (EventTypes.PaymentSucceeded, payment.AmountMinor),
            PaymentStatus.Failed => (EventTypes.PaymentFailed, payment.AmountMinor),
            PaymentStatus.Refunded => (EventTypes.PaymentRefunded, state.RefundMinor),
            _ => throw new InvalidOperationException($"A payment that is {state.Status} is no news."),
        };
        transaction.Announce(events.Create(
            eventType,
            new Payment(payment.Id, payment.BookingId, Currencies.FromMinor(minor, payment.Currency), payment.Currency, state.Reason),
            EventId(payment, state.Status)));
    }

    private static string EventId(PaymentRow payment, PaymentStatus status) => $"evt_{payment.Id[..Math.Min(payment.Id.Length, 100)]}_{status}";
}
