using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>What the saga asks of a booking.</summary>
internal sealed class BookingCommands(PendingBookings bookings) : ITransactionalHandler
{
    public const string Consumer = EventConsumers.Bookings;

    public static readonly string[] RoutingKeys = [EventTypes.BookingConfirmationRequested, EventTypes.BookingReleaseRequested];

    public Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope)
    {
        if (envelope.EventType == EventTypes.BookingConfirmationRequested)
            return bookings.ConfirmAsync(transaction, Id(EventData.Read<BookingConfirmationRequested>(envelope).BookingId));
        var release = EventData.Read<BookingReleaseRequested>(envelope);
        return bookings.FailAsync(transaction, Id(release.BookingId), release.Reason);
    }

    private static string Id(string bookingId) => EventRules.Id(bookingId, "data.bookingId");
}
