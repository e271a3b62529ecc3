using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Payments;

/// <summary>
/// Takes the commands to charge and to refund: writes down what is to be done, then does it. What was written down is done, whatever happens to this
/// process.
/// </summary>
internal sealed class PaymentRequests(PaymentBook book, AskGateway gateway) : ITransactionalHandler
{
    public const string Consumer = EventConsumers.Payments;

    public static readonly string[] RoutingKeys = [EventTypes.PaymentRequested, EventTypes.PaymentRefundRequested];

    public Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope) => envelope.EventType == EventTypes.PaymentRequested
        ? RequestAsync(transaction, EventData.Read<PaymentRequested>(envelope))
        : RefundAsync(transaction, EventData.Read<PaymentRefundRequested>(envelope));

    /// <summary>Does nothing where nothing is open. Where the process dies before it, <see cref="PaymentTimers"/> asks.</summary>
    public Task CommittedAsync(EventEnvelope envelope, CancellationToken cancellationToken) =>
        gateway.TryAsync(EventData.Read<PaymentReference>(envelope).PaymentId, cancellationToken);

    private async Task RequestAsync(WriteTransaction transaction, PaymentRequested request)
    {
        var payment = new PaymentRow
        {
            Id = EventRules.Id(request.PaymentId, "data.paymentId"), BookingId = EventRules.Id(request.BookingId, "data.bookingId"),
            AmountMinor = Minor(request.Amount, request.Currency), Currency = request.Currency,
            Method = EventRules.Id(request.PaymentMethod, "data.paymentMethod"),
            CorrelationId = CorrelationContext.Id,
        };
        await PaymentBook.LockBookingAsync(transaction, payment.BookingId);
        if (await book.LockAsync(transaction, payment.Id) is { } known) book.TellAgain(transaction, known); // if it is open, it is being worked on
        else await book.OpenAsync(transaction, payment, PaymentStatus.Initiated);
    }

    private async Task RefundAsync(WriteTransaction transaction, PaymentRefundRequested refund)
    {
        var paymentId = EventRules.Id(refund.PaymentId, "data.paymentId");
        var minor = Minor(refund.Amount, refund.Currency);
        await PaymentBook.RefuseUnlessEndedAsync(transaction, EventRules.Id(refund.BookingId, "data.bookingId"));
        if (await book.LockAsync(transaction, paymentId) is not { } payment)
        {
            // The request to charge got lost or comes later: it must find that nobody wants it any more.
            payment = new PaymentRow
            {
                Id = paymentId, BookingId = EventRules.Id(refund.BookingId, "data.bookingId"), AmountMinor = minor, Currency = refund.Currency,
                CorrelationId = CorrelationContext.Id,
            };
            await book.OpenAsync(transaction, payment, PaymentStatus.Voiding);
            return;
        }
        if (payment.BookingId != refund.BookingId)
            throw new PermanentFailureException($"Payment {paymentId} is not of booking {refund.BookingId}: nothing is refunded.");
        var decision = PaymentDecision.Refund(payment.ToState(), minor, refund.Reason);
        if (decision.State == payment.ToState()) book.TellAgain(transaction, payment);
        else await book.WriteAsync(transaction, payment, decision);
    }

    private static long Minor(decimal amount, string currency) =>
        amount is >= 0 and <= Limits.MaxPrice * Limits.MaxParticipants && Currencies.ToMinor(amount, currency) is { } minor
            ? minor
            : throw new PermanentFailureException($"data.amount is {amount}; it must not be negative or have more decimals than {currency}.");

    private sealed record PaymentReference(string PaymentId);
}
