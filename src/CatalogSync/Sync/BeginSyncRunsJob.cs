using Quartz;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>The Quartz job: with each fire of <c>SYNC_CRON</c> a run of every supplier begins, in whichever process holds its lease.</summary>
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
        catch (Exception e) when (e is not OperationCanceledException) // the next fire tries again; a job must not take the scheduler down
        {
            CatalogSyncLog.RunNotBegun(logger, e.Message);
        }
    }
}
