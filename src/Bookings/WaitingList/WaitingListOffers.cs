using System.Text.Json;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary>Offers free seats in the order of joining, to each party that fits: an offer holds seats until it expires.</summary>
/// <remarks>A party too large for the seats is passed over. After <see cref="MaxPassedOver"/> times it is offered what there is.</remarks>
internal sealed class WaitingListOffers(EventFactory events, HoldSettings settings) : IWaitingLine
{
    public const int MaxPassedOver = 3;

    // Ids of 128 characters, six bytes each where JSON escapes them: an event stays under 64 KB.
    private const int MaxUsersPerEvent = 50;

    public async Task<int> OfferAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int available, long version)
    {
        var (offered, left) = (new List<Party>(), available);
        // Each party takes a seat at least, so a page needs no more parties than seats are left.
        while (left > 0 && await NextAsync(transaction, tourId, startsAt, left) is { Count: > 0 } line)
        {
            var page = Choose(line, ref left);
            await HoldAsync(transaction, tourId, startsAt, page);
            offered.AddRange(page);
        }
        if (offered.Count == 0) return 0;
        await CountPassedOverAsync(transaction, tourId, startsAt, last: offered.MaxBy(party => (party.CreatedAt, party.UserId))!);
        foreach (var piece in offered.Chunk(MaxUsersPerEvent))
            transaction.Announce(events.Create(EventTypes.TourSpotsAvailable, new TourSpotsAvailable(
                tourId, piece.Sum(party => party.Offered), [.. piece.Select(party => party.UserId)], startsAt, version)));
        return available - left;
    }

    public Task<int> HeldForAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId) =>
        transaction.FirstOrDefaultAsync<int>($"""
            SELECT offered_seats FROM waiting_list
            WHERE tour_id = @tourId AND starts_at = @startsAt AND user_id = @userId AND offer_expires_at > {transaction.Dialect.Clock(TimeSpan.Zero)}
            """, new { tourId, startsAt, userId });

    public Task<int> LeaveAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, string userId) =>
        transaction.FirstOrDefaultAsync<int>("""
            DELETE FROM waiting_list WHERE tour_id = @tourId AND starts_at = @startsAt AND user_id = @userId RETURNING offered_seats
            """, new { tourId, startsAt, userId });

    /// <summary>Pure: who of the line, in its order, is offered how many of the seats.</summary>
    internal static IReadOnlyList<Party> Choose(IReadOnlyList<Party> line, ref int left)
    {
        var offered = new List<Party>();
        foreach (var party in line)
        {
            var seats = party.Participants <= left ? party.Participants : party.PassedOver >= MaxPassedOver ? left : 0;
            if (seats == 0) continue;
            party.Offered = seats;
            offered.Add(party);
            left -= seats;
            if (left == 0) break;
        }
        return offered;
    }

    private static Task<IReadOnlyList<Party>> NextAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int left) =>
        transaction.QueryAsync<Party>("""
            SELECT user_id AS UserId, participants AS Participants, passed_over AS PassedOver, created_at AS CreatedAt FROM waiting_list
            WHERE tour_id = @tourId AND starts_at = @startsAt AND offer_expires_at IS NULL
              AND (participants <= @left OR passed_over >= @MaxPassedOver)
            ORDER BY created_at, user_id LIMIT @left
            """, new { tourId, startsAt, left, MaxPassedOver });

    private Task HoldAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, IReadOnlyList<Party> offered)
    {
        var expiry = transaction.Dialect.Clock(settings.Hold);
        // Only the last can be offered fewer seats than its party has.
        var last = offered[^1];
        return transaction.ExecuteAsync($"""
            UPDATE waiting_list SET offer_expires_at = {expiry}, offered_seats = CASE WHEN user_id = @last THEN @seats ELSE participants END
            WHERE tour_id = @tourId AND starts_at = @startsAt AND user_id IN (SELECT value FROM {transaction.Dialect.Values("users")})
            """, new
        {
            tourId, startsAt, last = last.UserId, seats = last.Offered, users = JsonSerializer.Serialize(offered.Select(party => party.UserId)),
        });
    }

    // Up to the limit only: however long the line is, a party is counted a few times in all.
    private static Task CountPassedOverAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, Party last) =>
        transaction.ExecuteAsync("""
            UPDATE waiting_list SET passed_over = passed_over + 1
            WHERE tour_id = @tourId AND starts_at = @startsAt AND offer_expires_at IS NULL AND passed_over < @MaxPassedOver
              AND (created_at < @CreatedAt OR created_at = @CreatedAt AND user_id < @UserId)
            """, new { tourId, startsAt, last.CreatedAt, last.UserId, MaxPassedOver });

    internal sealed class Party
    {
        public string UserId { get; set; } = "";
        public int Participants { get; set; }
        public int PassedOver { get; set; }
        public DateTimeOffset CreatedAt { get; set; }

        /// <summary>How many seats are held for it.</summary>
        public int Offered { get; set; }
    }
}
