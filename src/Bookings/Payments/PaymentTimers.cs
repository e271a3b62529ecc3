using Dapper;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Goes on with payments that got stuck: the provider did not answer, or the process that asked it died.</summary>
internal sealed class PaymentTimers(
    Database database, AskGateway gateway, StorageReadiness readiness, TimeProvider time, ILogger<PaymentTimers> logger) : StorageSweep(readiness, time, Every)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private const int AtOnce = 100;
    private const int Parallel = 8;

    public override async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            // A provider that hangs must not hold up the other payments.
            await System.Threading.Tasks.Parallel.ForEachAsync(
                await DueAsync(stoppingToken), new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken }, async (payment, token) =>
                {
                    CorrelationContext.Begin(payment.CorrelationId);
                    await gateway.TryAsync(payment.Id, token);
                });
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            PaymentsLog.TimersFailed(logger, e.Message);
        }
    }

    private async Task<IReadOnlyList<PaymentRow>> DueAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenAsync(stoppingToken);
        return (await connection.QueryAsync<PaymentRow>(new CommandDefinition($"""
            SELECT id AS Id, correlation_id AS CorrelationId FROM payments
            WHERE due_at <= {database.Dialect.Clock(TimeSpan.Zero)} ORDER BY due_at LIMIT {AtOnce}
            """, cancellationToken: stoppingToken))).AsList();
    }
}
