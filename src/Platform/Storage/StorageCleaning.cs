using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Storage;

/// <summary>Keeps the outbox small and its backlog known.</summary>
internal sealed partial class StorageCleaning(
    OutboxTable table, StorageReadiness readiness, StorageMetrics metrics, TimeProvider time, ILogger<StorageCleaning> logger) : BackgroundService
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);
    private const int CountsPerCleaning = 12;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.WhenReady(stoppingToken);
            using var timer = new PeriodicTimer(CountEvery, time);
            for (var round = 0; ; round++)
            {
                await OnceAsync(clean: round % CountsPerCleaning == 0, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task OnceAsync(bool clean, CancellationToken stoppingToken)
    {
        try
        {
            metrics.Backlog(await table.CountUnsentAsync(stoppingToken));
            while (clean && await table.DeleteOldAsync(stoppingToken))
            {
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message); // the relay warns that the database is away; this is only housekeeping
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The outbox could not be counted or cleaned: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
