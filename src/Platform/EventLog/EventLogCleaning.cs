using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.EventLog;

/// <summary>Forgets old events and, later than those, old inbox rows; counts both.</summary>
internal sealed partial class EventLogCleaning(
    EventLogTable log, EventLogSettings settings, EventLogMetrics metrics, StorageReadiness readiness, TimeProvider time, ILogger<EventLogCleaning> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        while (await log.DeleteOldAsync(OldRows.Log, settings.Keep, cancellationToken))
        {
        }
        while (await log.DeleteOldAsync(OldRows.Inbox, settings.KeepInbox, cancellationToken))
        {
        }
        metrics.Rows(await log.CountAsync(OldRows.Log, cancellationToken), await log.CountAsync(OldRows.Inbox, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await readiness.WhenReady(stoppingToken);
            using var timer = new PeriodicTimer(Every, time);
            do await OnceAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task OnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            await CleanAsync(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e.Message); // the relay warns that the database is away; this is only housekeeping
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The event log could not be cleaned: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
