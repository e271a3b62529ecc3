using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>Takes seats for a customer: those that everybody may have, and those that are held for this one of the waiting list.</summary>
internal sealed class TakeSeats(WaitingListOffers waitingList)
{
    /// <returns>The seats and the change that the public sees; or why there are none; or the answer that this request has already got.</returns>
    public async Task<(TakenSeats? Seats, DepartureChange? Change, Refusal? Refusal, KeptAnswer? Kept)> RunAsync(
        WriteTransaction transaction, IdempotentRequest request, BookSeatsRequest wanted, SeatUse use, DateTimeOffset now)
    {
        var userId = request.UserId;
        int? before = null; // of the public's seats, where the customer's own had to be freed first
        while (true)
        {
            if (await DepartureSeats.TryTakeAsync(transaction, request, wanted.TourId, wanted.Date, wanted.Participants, use, now) is { } seats)
            {
                var change = new DepartureChange(
                    wanted.TourId, seats.StartsAt, before ?? seats.SeatsLeft + wanted.Participants, seats.SeatsLeft, seats.Capacity, Closed: false,
                    seats.Version, AvailabilityReasons.Booking);
                return (seats, await PassOnAsync(transaction, change, userId, mayBeInLine: seats.InLine || before is not null, now), null, null);
            }
            if (await request.FindAnswerAsync(transaction) is { } kept) return (null, null, null, kept);
            // The look holds the row, so if there are seats by now, the next try gets them.
            var departure = await DepartureSeats.FindAsync(transaction, wanted.TourId, wanted.Date);
            if (WhyNot(departure, wanted.Participants, now) is not { } refusal) continue;
            if (refusal.AvailableSpots is null || before is not null
                || departure!.AvailableSpots + await WaitingListOffers.HeldForAsync(transaction, wanted.TourId, wanted.Date, userId) < wanted.Participants)
                return (null, null, refusal, null);
            before = departure.AvailableSpots;
            await WaitingListOffers.LeaveAsync(transaction, wanted.TourId, wanted.Date, userId, AvailabilityReasons.Booking, now);
        }
    }

    // Who has booked waits no more: what was held for them and is not needed goes to the next in line.
    private async Task<DepartureChange> PassOnAsync(
        WriteTransaction transaction, DepartureChange change, string userId, bool mayBeInLine, DateTimeOffset now)
    {
        if (!mayBeInLine) return change;
        var freed = await WaitingListOffers.LeaveAsync(transaction, change.TourId, change.Date, userId, change.Reason, now);
        if (freed is not null) change = change with { After = freed.After, Version = freed.Version };
        return await waitingList.OfferAsync(transaction, change, now);
    }

    /// <summary>Why the seats were not to be had; null when they are now, since a guarded update and this look are two moments.</summary>
    internal static Refusal? WhyNot(FoundDeparture? departure, int participants, DateTimeOffset now) => departure switch
    {
        null => new Refusal(404, "no_such_tour", "There is no such tour."),
        { StartsAt: null } => new Refusal(404, "no_such_departure", "The tour has no departure at this date; take one of those the tour lists."),
        { StartsAt: var start } when start <= now => new Refusal(409, "departed", "This departure has already started."),
        { Closed: true } => new Refusal(409, "closed", "This departure is closed."),
        { AvailableSpots: 0 } => new Refusal(409, "sold_out", "This departure is sold out.", 0),
        { AvailableSpots: var left } when left < participants =>
            new Refusal(409, "not_enough_spots", $"Only {left} of the {participants} seats are left.", left),
        _ => null,
    };
}
