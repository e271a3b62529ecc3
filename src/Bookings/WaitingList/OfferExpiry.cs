using RealtimeTours.Bookings.Departures;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary>Ends expired offers: the party leaves the list, its seats go to the next in line. Every process may run it: one DELETE wins.</summary>
internal sealed class OfferExpiry(Database database, SeatInventory inventory, TimeProvider time, DueWorkParts parts) : DueSweep(parts, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override IReadOnlyList<DueWork> Works() => [new DueWork<Offer>("waiting-list-offers", Due(), InTransaction<Offer>(EndAsync))];

    private DueRows Due() => new(
        "tour_id AS TourId, starts_at AS StartsAt, user_id AS UserId", "waiting_list", $"offer_expires_at <= {DueRows.Now(database.Dialect)}",
        Since: "offer_expires_at");

    private async Task EndAsync(WriteTransaction transaction, Offer offer)
    {
        await inventory.LockAsync(transaction, offer.TourId, offer.StartsAt);
        var seats = await transaction.FirstOrDefaultAsync<int>($"""
            DELETE FROM waiting_list WHERE tour_id = @TourId AND starts_at = @StartsAt AND user_id = @UserId
              AND offer_expires_at <= {transaction.Dialect.Clock(TimeSpan.Zero)} RETURNING participants
            """, new { offer.TourId, offer.StartsAt, offer.UserId });
        if (seats > 0) await inventory.GiveBackAsync(transaction, offer.TourId, offer.StartsAt, seats, SeatUse.Held, time.GetUtcNow());
    }

    private sealed record Offer
    {
        public string TourId { get; set; } = "";
        public DateTimeOffset StartsAt { get; set; }
        public string UserId { get; set; } = "";
    }
}
