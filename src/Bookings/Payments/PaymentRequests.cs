using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Outbox;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Takes the commands to charge and to refund: writes down what is to be done, then does it. What was written down is done, whatever happens to this process.</summary>
internal sealed class PaymentRequests(Database database, PaymentBook book, AskGateway gateway) : IEventHandler
{
    public const string Consumer = EventConsumers.Payments;

    public static readonly string[] RoutingKeys = [EventTypes.PaymentRequested, EventTypes.PaymentRefundRequested];

    public async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        var paymentId = envelope.EventType == EventTypes.PaymentRequested
            ? await RequestAsync(envelope, cancellationToken)
            : await RefundAsync(envelope, cancellationToken);
        if (paymentId is not null) await gateway.TryAsync(paymentId, cancellationToken);
    }

    /// <returns>The payment, where the provider has to be asked.</returns>
    private async Task<string?> RequestAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        var request = EventData.Read<PaymentRequested>(envelope);
        var payment = new PaymentRow
        {
            Id = EventRules.Id(request.PaymentId, "data.paymentId"), BookingId = EventRules.Id(request.BookingId, "data.bookingId"),
            AmountCents = Cents(request.Amount), Currency = request.Currency, Method = EventRules.Id(request.PaymentMethod, "data.paymentMethod"),
            CorrelationId = CorrelationContext.Id,
        };
        return await database.InTransactionAsync(async transaction =>
        {
            if (!await Inbox.TryEnterAsync(transaction, Consumer, envelope.EventId)) return null;
            if (await book.FindAsync(transaction, payment.Id) is { } known)
            {
                book.TellAgain(transaction, known);
                return null; // if it is open, it is being worked on
            }
            await book.OpenAsync(transaction, payment, PaymentStatus.Initiated);
            return payment.Id;
        }, cancellationToken);
    }

    private async Task<string?> RefundAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        var refund = EventData.Read<PaymentRefundRequested>(envelope);
        var paymentId = EventRules.Id(refund.PaymentId, "data.paymentId");
        var cents = Cents(refund.Amount);
        return await database.InTransactionAsync(async transaction =>
        {
            if (!await Inbox.TryEnterAsync(transaction, Consumer, envelope.EventId)) return null;
            if (await book.FindAsync(transaction, paymentId) is not { } payment)
            {
                // The request to charge got lost or comes later: it must find that nobody wants it any more.
                payment = new PaymentRow
                {
                    Id = paymentId, BookingId = EventRules.Id(refund.BookingId, "data.bookingId"), AmountCents = cents, Currency = refund.Currency,
                    CorrelationId = CorrelationContext.Id,
                };
                await book.OpenAsync(transaction, payment, PaymentStatus.Voiding);
                return paymentId;
            }
            var decision = PaymentDecision.Refund(payment.ToState(), cents, refund.Reason);
            if (decision.State == payment.ToState()) book.TellAgain(transaction, payment);
            else await book.WriteAsync(transaction, payment, decision);
            return decision.State.Open ? paymentId : null;
        }, cancellationToken);
    }

    private static long Cents(decimal amount) => amount >= 0 && amount < 1_000_000_000 && decimal.Round(amount, 2) == amount
        ? (long)(amount * 100)
        : throw new PermanentFailureException($"data.amount is {amount}; it must not be negative and have at most two decimals.");
}
