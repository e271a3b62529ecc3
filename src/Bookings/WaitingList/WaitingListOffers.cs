using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary>
/// Holds free seats for those who wait, in the order they came: each party that fits gets a hold of its own. Whoever calls has locked the departure,
/// which is always locked before its waiting list.
/// </summary>
internal sealed class WaitingListOffers(EventFactory events, BookingSettings settings)
{
    /// <param name="change">The change that made seats free, or one that changes nothing.</param>
    /// <returns>The change as the public sees it: less the seats that are held now.</returns>
    public async Task<DepartureChange> OfferAsync(WriteTransaction transaction, DepartureChange change, DateTimeOffset now)
    {
        if (change.Closed || change.Date <= now) return change;
        var (users, seats) = (new List<string>(), 0);
        while (change.After > 0 && await FirstThatFitsAsync(transaction, change) is { } party)
        {
            await transaction.ExecuteAsync($"""
                UPDATE waiting_list SET offer_expires_at = {transaction.Dialect.Clock(settings.Hold)}
                WHERE tour_id = @TourId AND starts_at = @Date AND user_id = @UserId
                """, new { change.TourId, change.Date, party.UserId });
            var version = await DepartureSeats.HoldAsync(transaction, change.TourId, change.Date, party.Participants, now);
            change = change with { After = change.After - party.Participants, Version = version };
            users.Add(party.UserId);
            seats += party.Participants;
        }
        if (users.Count > 0)
            transaction.Announce(events.Create(
                EventTypes.TourSpotsAvailable, new TourSpotsAvailable(change.TourId, seats, users, change.Date, change.Version)));
        return change;
    }

    /// <returns>How many seats are held for the customer; 0 where none are.</returns>
    public static Task<int> HeldForAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId) =>
        transaction.FirstOrDefaultAsync<int>($"""
            SELECT participants FROM waiting_list
            WHERE tour_id = @tourId AND starts_at = @startsAt AND user_id = @userId AND offer_expires_at > {transaction.Dialect.Clock(TimeSpan.Zero)}
            """, new { tourId, startsAt, userId });

    /// <summary>Takes the customer off the list; what was held for them is available again.</summary>
    /// <returns>The change; null where nothing was held.</returns>
    public static async Task<DepartureChange?> LeaveAsync(
        WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId, string reason, DateTimeOffset now)
    {
        var left = await transaction.FirstOrDefaultAsync<Party>("""
            DELETE FROM waiting_list WHERE tour_id = @tourId AND starts_at = @startsAt AND user_id = @userId
            RETURNING user_id AS UserId, participants AS Participants, (offer_expires_at IS NOT NULL) AS Offered
            """, new { tourId, startsAt, userId });
        return left is { Offered: true }
            ? await DepartureSeats.GiveBackAsync(transaction, tourId, startsAt, left.Participants, SeatUse.Held, reason, now)
            : null;
    }

    private static Task<Party?> FirstThatFitsAsync(WriteTransaction transaction, DepartureChange change) => transaction.FirstOrDefaultAsync<Party>("""
        SELECT user_id AS UserId, participants AS Participants FROM waiting_list
        WHERE tour_id = @TourId AND starts_at = @Date AND offer_expires_at IS NULL AND participants <= @After ORDER BY created_at, user_id LIMIT 1
        """, new { change.TourId, change.Date, change.After });

    private sealed class Party
    {
        public string UserId { get; set; } = "";
        public int Participants { get; set; }
        public bool Offered { get; set; }
    }
}
