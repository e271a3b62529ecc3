using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Modules.Popularity;

/// <summary>Adds a confirmed booking's seats to its tour. The platform calls it once per event, in a transaction of its own.</summary>
internal sealed class CountSeats : ITransactionalHandler
{
    public Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope)
    {
        var booking = EventData.Read<BookingPlaced>(envelope); // an event with a missing field goes to the dead letters with the reason
        EventRules.Id(booking.TourId, "data.tourId");
        EventRules.Seats(booking.Participants, "data.participants");
        return transaction.ExecuteAsync("""
            INSERT INTO popularity (tour_id, seats) VALUES (@TourId, @Participants)
            ON CONFLICT (tour_id) DO UPDATE SET seats = popularity.seats + excluded.seats
            """, new { booking.TourId, booking.Participants });
    }
}
