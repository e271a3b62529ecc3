using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Departures;

/// <summary>What a seat that is not available is taken for: the column of table <c>departures</c> that counts it.</summary>
internal enum SeatUse
{
    Confirmed,
    Held,
}

/// <summary>Seats of a departure, taken and given back by guarded updates: the database decides, not what was read before.</summary>
internal static class DepartureSeats
{
    /// <summary>Takes seats for a request that has no answer yet. That is asked in the same statement: one round trip less while others wait for the row.</summary>
    /// <returns>What is left and what the booking costs; null when the seats cannot be had, see <see cref="FindAsync"/> for why.</returns>
    public static Task<TakenSeats?> TryTakeAsync(
        WriteTransaction transaction, IdempotentRequest request, string tourId, DateTimeOffset date, int participants, SeatUse use, DateTimeOffset now) =>
        transaction.FirstOrDefaultAsync<TakenSeats>($"""
            UPDATE departures SET available_spots = available_spots - @participants, {Column(use)} = {Column(use)} + @participants,
                   version = version + 1, updated_at = @now
            WHERE tour_id = @tourId AND starts_at = @date AND NOT closed AND starts_at > @now AND available_spots >= @participants
              AND NOT EXISTS (SELECT 1 FROM idempotency_keys WHERE user_id = @UserId AND route = @Route AND key = @Key)
            RETURNING starts_at AS StartsAt, available_spots AS SeatsLeft, capacity AS Capacity, version AS Version,
                      (SELECT price_cents FROM tours WHERE id = @tourId) AS PriceCents, (SELECT currency FROM tours WHERE id = @tourId) AS Currency,
                      EXISTS (SELECT 1 FROM waiting_list w WHERE w.tour_id = @tourId AND w.starts_at = @date AND w.user_id = @UserId) AS InLine
            """, new { tourId, date, participants, now, request.UserId, request.Route, request.Key });

    /// <summary>Held seats become sold ones. Nobody sees a change: both were not available.</summary>
    public static Task ConfirmAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int participants) => transaction.ExecuteAsync(
        "UPDATE departures SET held = held - @participants, confirmed = confirmed + @participants WHERE tour_id = @tourId AND starts_at = @startsAt",
        new { tourId, startsAt, participants });

    /// <summary>Seats come back, less those that a supplier has taken out of the capacity meanwhile.</summary>
    /// <returns>The change; null where the departure is gone.</returns>
    public static async Task<DepartureChange?> GiveBackAsync(
        WriteTransaction transaction, string tourId, DateTimeOffset date, int participants, SeatUse use, string reason, DateTimeOffset now)
    {
        var before = await FindAsync(transaction, tourId, date);
        if (before is not { StartsAt: { } startsAt }) return null;
        var oversold = Math.Min(participants, Math.Max(0, -before.SoldElsewhere));
        var after = before.AvailableSpots + participants - oversold;
        var version = await transaction.FirstOrDefaultAsync<long>($"""
            UPDATE departures SET available_spots = @after, {Column(use)} = {Column(use)} - @participants, sold_elsewhere = sold_elsewhere + @oversold,
                   version = version + 1, updated_at = @now
            WHERE tour_id = @tourId AND starts_at = @startsAt RETURNING version
            """, new { tourId, startsAt, after, participants, oversold, now });
        return new DepartureChange(tourId, startsAt, before.AvailableSpots, after, before.Capacity, before.Closed, version, reason);
    }

    /// <summary>Available seats are held for somebody; the caller has locked the row and knows that there are so many.</summary>
    /// <returns>The row's new version.</returns>
    public static Task<long> HoldAsync(WriteTransaction transaction, string tourId, DateTimeOffset startsAt, int participants, DateTimeOffset now) =>
        transaction.FirstOrDefaultAsync<long>("""
            UPDATE departures SET available_spots = available_spots - @participants, held = held + @participants, version = version + 1, updated_at = @now
            WHERE tour_id = @tourId AND starts_at = @startsAt RETURNING version
            """, new { tourId, startsAt, participants, now });

    /// <summary>The departure, held against changes until the transaction ends. Null where the tour does not exist.</summary>
    public static async Task<FoundDeparture?> FindAsync(WriteTransaction transaction, string tourId, DateTimeOffset date) =>
        await transaction.FirstOrDefaultAsync<FoundDeparture>($"""
            SELECT starts_at AS StartsAt, available_spots AS AvailableSpots, capacity AS Capacity, sold_elsewhere AS SoldElsewhere, closed AS Closed,
                   version AS Version
            FROM departures WHERE tour_id = @tourId AND starts_at = @date {transaction.Dialect.ForUpdate}
            """, new { tourId, date })
        ?? await transaction.FirstOrDefaultAsync<FoundDeparture>("SELECT id AS TourId FROM tours WHERE id = @tourId", new { tourId });

    private static string Column(SeatUse use) => use == SeatUse.Held ? "held" : "confirmed";
}

internal sealed class TakenSeats
{
    public DateTimeOffset StartsAt { get; set; }
    public int SeatsLeft { get; set; }
    public int Capacity { get; set; }
    public long Version { get; set; }
    public long PriceCents { get; set; }
    public string Currency { get; set; } = "";

    /// <summary>The customer is on the waiting list of this departure.</summary>
    public bool InLine { get; set; }
}

internal sealed class FoundDeparture
{
    public string? TourId { get; set; }

    /// <summary>Null where the tour exists but has no such departure.</summary>
    public DateTimeOffset? StartsAt { get; set; }

    public int AvailableSpots { get; set; }
    public int Capacity { get; set; }
    public int SoldElsewhere { get; set; }
    public bool Closed { get; set; }
    public long Version { get; set; }
}
