using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary>Offers free seats in the order of joining, to each party that fits: an offer holds seats until it expires.</summary>
internal sealed class WaitingListOffers(EventFactory events, HoldSettings settings) : IWaitingLine
{
    public async Task<int> OfferAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int available, long version)
    {
        var (users, seats) = (new List<string>(), 0);
        while (seats < available && await FirstThatFitsAsync(transaction, tourId, startsAt, available - seats) is { } party)
        {
            await transaction.ExecuteAsync($"""
                UPDATE waiting_list SET offer_expires_at = {transaction.Dialect.Clock(settings.Hold)}
                WHERE tour_id = @tourId AND starts_at = @startsAt AND user_id = @UserId
                """, new { tourId, startsAt, party.UserId });
            users.Add(party.UserId);
            seats += party.Participants;
        }
        if (users.Count > 0)
            transaction.Announce(events.Create(EventTypes.TourSpotsAvailable, new TourSpotsAvailable(tourId, seats, users, startsAt, version)));
        return seats;
    }

    public Task<int> HeldForAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId) =>
        transaction.FirstOrDefaultAsync<int>($"""
            SELECT participants FROM waiting_list
            WHERE tour_id = @tourId AND starts_at = @startsAt AND user_id = @userId AND offer_expires_at > {transaction.Dialect.Clock(TimeSpan.Zero)}
            """, new { tourId, startsAt, userId });

    public async Task<int> LeaveAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId)
    {
        var left = await transaction.FirstOrDefaultAsync<Party>("""
            DELETE FROM waiting_list WHERE tour_id = @tourId AND starts_at = @startsAt AND user_id = @userId
            RETURNING user_id AS UserId, participants AS Participants, (offer_expires_at IS NOT NULL) AS Offered
            """, new { tourId, startsAt, userId });
        return left is { Offered: true } ? left.Participants : 0;
    }

    private static Task<Party?> FirstThatFitsAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int available) =>
        transaction.FirstOrDefaultAsync<Party>("""
            SELECT user_id AS UserId, participants AS Participants FROM waiting_list
            WHERE tour_id = @tourId AND starts_at = @startsAt AND offer_expires_at IS NULL
              AND participants <= @available ORDER BY created_at, user_id LIMIT 1
            """, new { tourId, startsAt, available });

    private sealed class Party
    {
        public string UserId { get; set; } = "";
        public int Participants { get; set; }
        public bool Offered { get; set; }
    }
}
