using Dapper;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary>Ends offers whose time is over: the party leaves the list and its seats go to the next in line. Every process may run it: the delete decides.</summary>
internal sealed partial class OfferExpiry(
    Database database, SeatInventory inventory, StorageReadiness readiness, TimeProvider time, ILogger<OfferExpiry> logger) : StorageSweep(readiness, time, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private const int AtOnce = 200;

    public override async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var offer in await DueAsync(stoppingToken))
            {
                CorrelationContext.Begin(null); // each end is a story of its own
                await database.InTransactionAsync(transaction => EndAsync(transaction, offer), stoppingToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message); // the rows are still there for the next round
        }
    }

    private async Task EndAsync(WriteTransaction transaction, Offer offer)
    {
        await inventory.LockAsync(transaction, offer.TourId, offer.StartsAt);
        var seats = await transaction.FirstOrDefaultAsync<int>($"""
            DELETE FROM waiting_list WHERE tour_id = @TourId AND starts_at = @StartsAt AND user_id = @UserId
              AND offer_expires_at <= {transaction.Dialect.Clock(TimeSpan.Zero)} RETURNING participants
            """, new { offer.TourId, offer.StartsAt, offer.UserId });
        if (seats > 0) await inventory.GiveBackAsync(transaction, offer.TourId, offer.StartsAt, seats, SeatUse.Held, Time.GetUtcNow());
    }

    private async Task<IReadOnlyList<Offer>> DueAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenAsync(stoppingToken);
        return (await connection.QueryAsync<Offer>(new CommandDefinition($"""
            SELECT tour_id AS TourId, starts_at AS StartsAt, user_id AS UserId FROM waiting_list
            WHERE offer_expires_at <= {database.Dialect.Clock(TimeSpan.Zero)} ORDER BY offer_expires_at LIMIT {AtOnce}
            """, cancellationToken: stoppingToken))).AsList();
    }

    private sealed class Offer
    {
        public string TourId { get; set; } = "";
        public DateTimeOffset StartsAt { get; set; }
        public string UserId { get; set; } = "";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Offers of the waiting list whose time is over could not be ended, trying again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
