using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

internal abstract record TakeResult
{
    private TakeResult()
    {
    }

    public sealed record Taken(DateTimeOffset StartsAt, TourTerms Terms) : TakeResult;
    public sealed record Refused(Refusal Why) : TakeResult;

    /// <summary>The idempotency key was used before: the answer it got then.</summary>
    public sealed record Repeated(KeptAnswer Answer) : TakeResult;
}

/// <summary>Takes seats for a customer: available ones, and those held for them by a waiting-list offer.</summary>
internal sealed class TakeSeats(SeatInventory inventory, IWaitingLine waitingLine, EventFactory events)
{
    public async Task<TakeResult> RunAsync(
        WriteTransaction transaction, IdempotentRequest request, string tourId, DateTimeOffset date, int count, SeatUse use, DateTimeOffset now)
    {
        if (await DepartureTable.TryTakeAsync(transaction, request, tourId, date, count, use, now) is { } taken)
        {
            transaction.Announce(DepartureChange.Events(events, new DepartureChange(
                tourId, taken.StartsAt, taken.SeatsLeft + count, taken.SeatsLeft, taken.Capacity, Closed: false, taken.Version,
                AvailabilityReasons.Booking)));
            return new TakeResult.Taken(taken.StartsAt, taken.Terms);
        }
        if (await request.FindAnswerAsync(transaction) is { } kept) return new TakeResult.Repeated(kept);

        // Under the row lock nothing changes: seats may have come back since the fast path, and some may be held for this customer.
        if (await inventory.LockAsync(transaction, tourId, date) is not { } departure)
            return new TakeResult.Refused(await DepartureRefusals.NotFoundAsync(transaction, tourId));
        var own = await waitingLine.HeldForAsync(transaction, tourId, departure.StartsAt, request.UserId);
        if (WhyNot(departure, own, count, now) is { } refusal) return new TakeResult.Refused(refusal);
        // A customer who has booked leaves the waiting list: held seats that are not needed go to the next in line.
        var freed = await waitingLine.LeaveAsync(transaction, tourId, departure.StartsAt, request.UserId);
        await inventory.ChangeAsync(transaction, departure, departure.Seats.TakeOwn(freed, count, use), AvailabilityReasons.Booking, now);
        return new TakeResult.Taken(departure.StartsAt, await TermsAsync(transaction, tourId, request.UserId));
    }

    /// <param name="own">Seats held for this customer.</param>
    internal static Refusal? WhyNot(Departure departure, int own, int count, DateTimeOffset now) => departure.Seats switch
    {
        _ when departure.StartsAt <= now => DepartureRefusals.Departed,
        { Closed: true } => new Refusal(409, "closed", "This departure is closed."),
        { Available: var left } when left + own >= count => null,
        { Available: 0 } => new Refusal(409, "sold_out", "This departure is sold out.", 0),
        { Available: var left } => new Refusal(409, "not_enough_spots", $"Only {left} of the {count} seats are left.", left),
    };

    private static async Task<TourTerms> TermsAsync(WriteTransaction transaction, string tourId, string userId) =>
        (await transaction.FirstOrDefaultAsync<TourTerms>("""
            SELECT price_minor AS PriceMinor, currency AS Currency, cancellation_days AS CancellationDays, cancellation_fees AS CancellationFees,
                   (SELECT tier FROM member_tiers WHERE user_id = @userId) AS MemberTier
            FROM tours WHERE id = @tourId
            """, new { tourId, userId }))!;
}
