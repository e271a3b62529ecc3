using Quartz;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Quartz job: each fire of <c>SYNC_CRON</c> begins a run of every supplier, done by the process with the supplier's lease.</summary>
[DisallowConcurrentExecution]
internal sealed class BeginSyncRunsJob(SyncRuns runs, StorageReadiness storage, ILogger<BeginSyncRunsJob> logger) : IJob
{
    public static readonly JobKey Key = new("sync-availability");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (!storage.IsReady) return; // the first run begins when it is
        try
        {
            await runs.BeginAsync(context.ScheduledFireTimeUtc ?? context.FireTimeUtc, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException) // the next fire tries again; an exception must not stop the scheduler
        {
            CatalogSyncLog.RunNotBegun(logger, e.Message);
        }
    }
}
