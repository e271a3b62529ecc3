using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Hosting.Idempotency;

/// <summary>Forgets the answers to old Idempotency-Keys: nobody retries a request for longer than two days.</summary>
internal sealed partial class IdempotencyKeyExpiry(
    Database database, StorageReadiness readiness, TimeProvider time, ILogger<IdempotencyKeyExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(2);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.WhenReady(stoppingToken);
            using var timer = new PeriodicTimer(Every, time);
            do await ForgetAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task ForgetAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.InTransactionAsync(
                transaction => transaction.ExecuteAsync("DELETE FROM idempotency_keys WHERE created_at < @before", new { before = time.GetUtcNow() - KeepFor }),
                stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old idempotency keys could not be deleted, trying again in an hour: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
