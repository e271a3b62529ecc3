using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Platform.EventLog;

/// <summary>Forgets old events and, later than those, old inbox rows.</summary>
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
