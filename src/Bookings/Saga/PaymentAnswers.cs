using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Saga;

/// <summary>What became of a payment, told to the booking's saga once.</summary>
internal sealed class PaymentAnswers(BookingSagas sagas) : ITransactionalHandler
{
    public const string Consumer = EventConsumers.BookingSaga;

    public static readonly string[] RoutingKeys = [EventTypes.PaymentSucceeded, EventTypes.PaymentFailed, EventTypes.PaymentRefunded];

    public async Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope)
    {
        var payment = EventData.Read<Payment>(envelope);
        EventRules.Id(payment.BookingId, "data.bookingId");
        SagaEvent heard = envelope.EventType switch
        {
            EventTypes.PaymentSucceeded => new SagaEvent.PaymentSucceeded(),
            EventTypes.PaymentFailed => new SagaEvent.PaymentFailed(payment.Reason ?? ""),
            _ => new SagaEvent.PaymentRefunded(),
        };
        // Payments that no saga asked for are somebody else's.
        if (await BookingSagas.LockAsync(transaction, payment.BookingId) is { } row && row.PaymentId == payment.PaymentId)
            await sagas.ApplyAsync(transaction, row, heard);
    }
}
