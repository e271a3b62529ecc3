using RealtimeTours.Bookings.Saga;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>What the saga asks of a booking. A command counts only if its saga is at the step that asks it.</summary>
internal sealed class BookingCommands(PendingBookings bookings) : ITransactionalHandler
{
    public const string Consumer = EventConsumers.Bookings;

    public static readonly string[] RoutingKeys = [EventTypes.BookingConfirmationRequested, EventTypes.BookingReleaseRequested];

    /// <exception cref="PermanentFailureException">The booking's saga does not ask for that, or it has none.</exception>
    public async Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope)
    {
        if (envelope.EventType == EventTypes.BookingConfirmationRequested)
        {
            var bookingId = EventRules.Id(EventData.Read<BookingConfirmationRequested>(envelope).BookingId, "data.bookingId");
            if (await IsAskedAsync(transaction, bookingId, SagaStep.Confirming)) await bookings.ConfirmAsync(transaction, bookingId);
            return;
        }
        var release = EventData.Read<BookingReleaseRequested>(envelope);
        if (await IsAskedAsync(transaction, EventRules.Id(release.BookingId, "data.bookingId"), SagaStep.Releasing))
            await bookings.FailAsync(transaction, release.BookingId, release.Reason);
    }

    // False for a repeated command whose answer has come.
    private static async Task<bool> IsAskedAsync(WriteTransaction transaction, string bookingId, SagaStep asks)
    {
        var step = await BookingSagas.StepAsync(transaction, bookingId)
            ?? throw new PermanentFailureException($"Booking {bookingId} does not exist or is not paid through us: nothing is done.");
        if (step == asks) return true;
        if (step == SagaStep.Paying || asks == SagaStep.Releasing && step == SagaStep.Confirming)
            throw new PermanentFailureException($"The saga of booking {bookingId} is {step} and does not ask for that: nothing is done.");
        return false;
    }
}
