using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Platform.EventLog;

/// <summary>Deletes old events and old inbox rows; inbox rows are kept longer.</summary>
internal sealed class EventLogCleaning(EventLogSettings settings) : IFencedJob
{
    public const string Name = "event-log-cleaning";
    public const string EveryMinute = "30 * * * * ?";

    public async Task RunAsync(FencedRun run, CancellationToken cancellationToken)
    {
        while (await EventLogTable.DeleteOldAsync(run, OldRows.Log, settings.Keep, cancellationToken))
        {
        }
        while (await EventLogTable.DeleteOldAsync(run, OldRows.Inbox, settings.KeepInbox, cancellationToken))
        {
        }
    }
}
