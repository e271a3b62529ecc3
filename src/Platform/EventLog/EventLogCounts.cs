using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.EventLog;

internal sealed partial class EventLogCounts(
    EventLogTable log, EventLogMetrics metrics, StorageReadiness readiness, TimeProvider time, ILogger<EventLogCounts> logger)
    : StorageSweep(readiness, time, every: TimeSpan.FromMinutes(1))
{
    public override async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            metrics.Rows(await log.CountAsync(OldRows.Log, stoppingToken), await log.CountAsync(OldRows.Inbox, stoppingToken));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message); // at Debug: the outbox relay warns of the outage
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The event log could not be counted: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
