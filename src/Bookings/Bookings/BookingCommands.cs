using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Outbox;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>What the saga asks of a booking.</summary>
internal sealed class BookingCommands(Database database, PendingBookings bookings) : IEventHandler
{
    public const string Consumer = EventConsumers.Bookings;

    public static readonly string[] RoutingKeys = [EventTypes.BookingConfirmationRequested, EventTypes.BookingReleaseRequested];

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        var (bookingId, reason) = envelope.EventType == EventTypes.BookingConfirmationRequested
            ? (EventData.Read<BookingConfirmationRequested>(envelope).BookingId, null)
            : Release(EventData.Read<BookingReleaseRequested>(envelope));
        EventRules.Id(bookingId, "data.bookingId");
        return database.InTransactionAsync(async transaction =>
        {
            if (!await Inbox.TryEnterAsync(transaction, Consumer, envelope.EventId)) return;
            if (reason is null) await bookings.ConfirmAsync(transaction, bookingId);
            else await bookings.FailAsync(transaction, bookingId, reason);
        }, cancellationToken);
    }

    private static (string BookingId, string? Reason) Release(BookingReleaseRequested release) => (release.BookingId, release.Reason);
}
