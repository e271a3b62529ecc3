using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage.Outbox;

internal sealed partial class OutboxBacklog(
    OutboxTable table, StorageReadiness readiness, StorageMetrics metrics, TimeProvider time, ILogger<OutboxBacklog> logger)
    : StorageSweep(readiness, time, every: TimeSpan.FromSeconds(5))
{
    public override async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            metrics.Backlog(await table.CountAsync(stoppingToken));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message); // at Debug: the outbox relay warns of the outage
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The outbox could not be counted: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
