using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>Seats that come back go to the waiting list first, and what it leaves to everybody, in the transaction that freed them.</summary>
internal sealed class ReturnSeats(WaitingListOffers waitingList, EventFactory events)
{
    public async Task RunAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int participants, SeatUse use, DateTimeOffset now)
    {
        var change = await DepartureSeats.GiveBackAsync(transaction, tourId, startsAt, participants, use, AvailabilityReasons.Cancellation, now);
        if (change is null) return;
        // Before the public reads a figure: nobody may see seats that are already somebody's.
        transaction.Announce(DepartureChange.Events(events, await waitingList.OfferAsync(transaction, change, now)));
    }
}
