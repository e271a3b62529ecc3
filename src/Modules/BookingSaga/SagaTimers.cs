using Dapper;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.BookingSaga;

/// <summary>
/// Wakes sagas that have waited too long for an answer: after a crash, a lost event, a payment that does not come. Every process may run it; each saga
/// is woken by one.
/// </summary>
internal sealed partial class SagaTimers(
    Database database, BookingSagas sagas, StorageReadiness readiness, TimeProvider time, ILogger<SagaTimers> logger) : StorageSweep(readiness, time, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private const int AtOnce = 200;

    public override async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var (bookingId, correlationId) in await DueAsync(stoppingToken))
            {
                Correlation.Begin(correlationId);
                await database.InTransactionAsync(transaction => WakeAsync(transaction, bookingId), stoppingToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message);
        }
    }

    private async Task WakeAsync(WriteTransaction transaction, string bookingId)
    {
        var row = await transaction.FirstOrDefaultAsync<SagaRow>($"""
            SELECT {SagaRow.Columns} FROM booking_sagas WHERE booking_id = @bookingId AND due_at <= {transaction.Dialect.Clock(TimeSpan.Zero)}
            {transaction.Dialect.SkipLocked}
            """, new { bookingId });
        if (row is not null) await sagas.ApplyAsync(transaction, row, new SagaEvent.TimerFired());
    }

    private async Task<IReadOnlyList<(string BookingId, string CorrelationId)>> DueAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenAsync(stoppingToken);
        return (await connection.QueryAsync<SagaRow>(new CommandDefinition($"""
            SELECT booking_id AS BookingId, correlation_id AS CorrelationId FROM booking_sagas
            WHERE due_at <= {database.Dialect.Clock(TimeSpan.Zero)} ORDER BY due_at LIMIT {AtOnce}
            """, cancellationToken: stoppingToken))).Select(row => (row.BookingId, row.CorrelationId)).ToArray();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting booking sagas could not be woken, trying again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
