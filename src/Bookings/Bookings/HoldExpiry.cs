using Dapper;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>
/// Ends holds whose time is over: of bookings, and of the waiting list. Every process may run it: each end is a compare-and-set of its own. It also offers seats
/// that came back by another way than <see cref="ReturnSeats"/>, from a supplier or an operator.
/// </summary>
internal sealed partial class HoldExpiry(
    Database database, PendingBookings bookings, ReturnSeats returnSeats, WaitingListOffers waitingList, EventFactory events, StorageReadiness readiness,
    TimeProvider time, ILogger<HoldExpiry> logger) : StorageSweep(readiness, time, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private const int AtOnce = 200;

    public override async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            var now = database.Dialect.Clock(TimeSpan.Zero);
            foreach (var row in await FindAsync($"SELECT id AS Id FROM bookings WHERE hold_expires_at <= {now} ORDER BY hold_expires_at LIMIT {AtOnce}", stoppingToken))
                await InTransactionAsync(transaction => bookings.ExpireAsync(transaction, row.Id), stoppingToken);
            foreach (var row in await FindAsync($"""
                SELECT tour_id AS Id, starts_at AS StartsAt, user_id AS UserId FROM waiting_list WHERE offer_expires_at <= {now} ORDER BY offer_expires_at LIMIT {AtOnce}
                """, stoppingToken))
                await InTransactionAsync(transaction => EndOfferAsync(transaction, row), stoppingToken);
            foreach (var row in await FindAsync($"""
                SELECT DISTINCT w.tour_id AS Id, w.starts_at AS StartsAt FROM waiting_list w
                JOIN departures d ON d.tour_id = w.tour_id AND d.starts_at = w.starts_at
                WHERE w.offer_expires_at IS NULL AND w.participants <= d.available_spots AND NOT d.closed AND d.starts_at > {now} LIMIT {AtOnce}
                """, stoppingToken))
                await InTransactionAsync(transaction => OfferAsync(transaction, row), stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message); // the rows are still there for the next round
        }
    }

    // The departure first, then its waiting list: always in this order.
    private async Task EndOfferAsync(WriteTransaction transaction, Due due)
    {
        await DepartureSeats.FindAsync(transaction, due.Id, due.StartsAt);
        var seats = await transaction.FirstOrDefaultAsync<int>($"""
            DELETE FROM waiting_list WHERE tour_id = @Id AND starts_at = @StartsAt AND user_id = @UserId
              AND offer_expires_at <= {transaction.Dialect.Clock(TimeSpan.Zero)} RETURNING participants
            """, new { due.Id, due.StartsAt, due.UserId });
        if (seats > 0) await returnSeats.RunAsync(transaction, due.Id, due.StartsAt, seats, SeatUse.Held, Time.GetUtcNow());
    }

    private async Task OfferAsync(WriteTransaction transaction, Due due)
    {
        if (await DepartureSeats.FindAsync(transaction, due.Id, due.StartsAt) is not { StartsAt: not null } found) return;
        var before = new DepartureChange(
            due.Id, due.StartsAt, found.AvailableSpots, found.AvailableSpots, found.Capacity, found.Closed, found.Version, AvailabilityReasons.Booking);
        var change = await waitingList.OfferAsync(transaction, before, Time.GetUtcNow());
        if (change != before) transaction.Announce(DepartureChange.Events(events, change));
    }

    private Task InTransactionAsync(Func<WriteTransaction, Task> work, CancellationToken stoppingToken)
    {
        CorrelationContext.Begin(null); // each end is a story of its own
        return database.InTransactionAsync(work, stoppingToken);
    }

    private async Task<IReadOnlyList<Due>> FindAsync(string sql, CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenAsync(stoppingToken);
        return (await connection.QueryAsync<Due>(new CommandDefinition(sql, cancellationToken: stoppingToken))).AsList();
    }

    private sealed class Due
    {
        public string Id { get; set; } = "";
        public DateTimeOffset StartsAt { get; set; }
        public string UserId { get; set; } = "";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Holds whose time is over could not be ended, trying again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
