using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>
/// Ends holds whose time is over: of bookings, and of the waiting list. Every process may run it: each end is a compare-and-set of its own. It also offers seats
/// that came back by another way than <see cref="ReturnSeats"/>, from a supplier or an operator.
/// </summary>
internal sealed class HoldExpiry(
    Database database, PendingBookings bookings, ReturnSeats returnSeats, WaitingListOffers waitingList, EventFactory events, TimeProvider time,
    DueWorkParts parts) : DueSweep(parts, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override IReadOnlyList<DueWork> Works()
    {
        var now = DueRows.Now(database.Dialect);
        return
        [
            new DueWork<string>("booking-holds",
                new DueRows("id", "bookings", $"hold_expires_at <= {now}", Since: "hold_expires_at"), InTransaction<string>(bookings.ExpireAsync)),
            new DueWork<Due>("waiting-list-offers",
                new DueRows("tour_id AS Id, starts_at AS StartsAt, user_id AS UserId", "waiting_list", $"offer_expires_at <= {now}", Since: "offer_expires_at"),
                InTransaction<Due>(EndOfferAsync)),
            new DueWork<Due>("waiting-list-seats",
                new DueRows(
                    "DISTINCT w.tour_id AS Id, w.starts_at AS StartsAt",
                    "waiting_list w JOIN departures d ON d.tour_id = w.tour_id AND d.starts_at = w.starts_at",
                    $"w.offer_expires_at IS NULL AND w.participants <= d.available_spots AND NOT d.closed AND d.starts_at > {now}", Since: "d.updated_at"),
                InTransaction<Due>(OfferAsync)),
        ];
    }

    // The departure first, then its waiting list: always in this order.
    private async Task EndOfferAsync(WriteTransaction transaction, Due due)
    {
        await DepartureSeats.FindAsync(transaction, due.Id, due.StartsAt);
        var seats = await transaction.FirstOrDefaultAsync<int>($"""
            DELETE FROM waiting_list WHERE tour_id = @Id AND starts_at = @StartsAt AND user_id = @UserId
              AND offer_expires_at <= {transaction.Dialect.Clock(TimeSpan.Zero)} RETURNING participants
            """, new { due.Id, due.StartsAt, due.UserId });
        if (seats > 0) await returnSeats.RunAsync(transaction, due.Id, due.StartsAt, seats, SeatUse.Held, time.GetUtcNow());
    }

    private async Task OfferAsync(WriteTransaction transaction, Due due)
    {
        if (await DepartureSeats.FindAsync(transaction, due.Id, due.StartsAt) is not { StartsAt: not null } found) return;
        var before = new DepartureChange(
            due.Id, due.StartsAt, found.AvailableSpots, found.AvailableSpots, found.Capacity, found.Closed, found.Version, AvailabilityReasons.Booking);
        var change = await waitingList.OfferAsync(transaction, before, time.GetUtcNow());
        if (change != before) transaction.Announce(DepartureChange.Events(events, change));
    }

    private sealed record Due
    {
        public string Id { get; set; } = "";
        public DateTimeOffset StartsAt { get; set; }
        public string UserId { get; set; } = "";
    }
}
