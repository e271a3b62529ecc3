using Dapper;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Bookings.Bookings;

/// <summary>Fails bookings whose hold is over: the payment did not come in time. Every process may run it: each end is a compare-and-set of its own.</summary>
internal sealed partial class HoldExpiry(
    Database database, PendingBookings bookings, StorageReadiness readiness, TimeProvider time, ILogger<HoldExpiry> logger) : StorageSweep(readiness, time, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private const int AtOnce = 200;

    public override async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var bookingId in await DueAsync(stoppingToken))
            {
                CorrelationContext.Begin(null); // each end is a story of its own
                await database.InTransactionAsync(transaction => bookings.ExpireAsync(transaction, bookingId), stoppingToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message); // the rows are still there for the next round
        }
    }

    private async Task<IReadOnlyList<string>> DueAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenAsync(stoppingToken);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT id FROM bookings WHERE hold_expires_at <= {database.Dialect.Clock(TimeSpan.Zero)} ORDER BY hold_expires_at LIMIT {AtOnce}",
            cancellationToken: stoppingToken))).AsList();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Holds whose time is over could not be ended, trying again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
