using RealtimeTours.Bookings.Departures;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary>Ends expired offers: the party leaves the list, its seats go to the next in line. A party that was offered too few seats stays.</summary>
/// <remarks>Every process may run it: the departure's row lock lets one of them do it.</remarks>
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
        const string Row = "tour_id = @TourId AND starts_at = @StartsAt AND user_id = @UserId";
        var key = new { offer.TourId, offer.StartsAt, offer.UserId };
        var expired = await transaction.FirstOrDefaultAsync<Seats>($"""
            SELECT participants AS Participants, offered_seats AS Offered FROM waiting_list
            WHERE {Row} AND offer_expires_at <= {transaction.Dialect.Clock(TimeSpan.Zero)}
            """, key);
        if (expired is null) return;
        await transaction.ExecuteAsync(expired.Offered < expired.Participants
            ? $"UPDATE waiting_list SET offer_expires_at = NULL, offered_seats = 0, passed_over = 0 WHERE {Row}"
            : $"DELETE FROM waiting_list WHERE {Row}", key);
        await inventory.GiveBackAsync(transaction, offer.TourId, offer.StartsAt, expired.Offered, SeatUse.Held, time.GetUtcNow());
    }

    private sealed class Seats
    {
        public int Participants { get; set; }
        public int Offered { get; set; }
    }

    private sealed record Offer
    {
        public string TourId { get; set; } = "";
        public DateTimeOffset StartsAt { get; set; }
        public string UserId { get; set; } = "";
    }
}
