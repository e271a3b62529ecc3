using Dapper;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Bookings.Saga;

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
                CorrelationContext.Begin(correlationId);
                // The number of attempts goes through this value once in each step, whichever process counts it.
                if (await database.InTransactionAsync(transaction => WakeAsync(transaction, bookingId), stoppingToken) is { Attempt: SagaDecision.UnusualAttempts } state)
                    LogStuck(logger, bookingId, state.Step, state.Attempt);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message);
        }
    }

    /// <returns>Null where somebody else woke it.</returns>
    private async Task<SagaState?> WakeAsync(WriteTransaction transaction, string bookingId)
    {
        var row = await transaction.FirstOrDefaultAsync<SagaRow>($"""
            SELECT {SagaRow.Columns} FROM booking_sagas WHERE booking_id = @bookingId AND due_at <= {transaction.Dialect.Clock(TimeSpan.Zero)}
            {transaction.Dialect.SkipLocked}
            """, new { bookingId });
        return row is null ? null : await sagas.ApplyAsync(transaction, row, new SagaEvent.TimerFired());
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The saga of booking {BookingId} has waited unusually long in step {Step} and asked {Attempts} times again; it goes on asking")]
    private static partial void LogStuck(ILogger logger, string bookingId, SagaStep step, int attempts);
}
