using System.Diagnostics;
using Quartz;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>
/// The Quartz job: looks which supplier's import is due, and does it in the process that syncs this supplier, whose budget of calls it shares. What goes
/// wrong is tried again.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class ImportCatalogue(
    ConfiguredSuppliers suppliers, ImportRuns runs, ImportSupplier import, ImportSettings settings, SyncLease leases, StorageReadiness storage, CatalogSyncMetrics metrics,
    IHostApplicationLifetime lifetime, ILogger<ImportCatalogue> logger) : IJob
{
    public static readonly JobKey Key = new("import-catalogue");

    /// <summary>How often it looks: whoever asks for an import waits no longer for it to begin.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private bool _registered;

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await RunAsync(stop.Token);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!storage.IsReady) return;
        try
        {
            var importing = suppliers.All.Where(supplier => supplier.Settings.Import).ToArray();
            if (!_registered) await runs.RegisterAsync(importing.Select(supplier => supplier.Id), cancellationToken);
            _registered = true;
            foreach (var supplier in importing)
                if (leases.IsHeld(supplier.Id) && await import.MayBeginAsync(supplier, cancellationToken)
                    && await runs.TryTakeAsync(supplier.Id, settings.Interval, cancellationToken))
                    await OneAsync(supplier, cancellationToken);
        }
        catch (Exception e) // the next fire tries again; a job must not take the scheduler down
        {
            if (!cancellationToken.IsCancellationRequested) CatalogSyncLog.ImportNotBegun(logger, e.Message);
        }
    }

    private async Task OneAsync(ConfiguredSupplier supplier, CancellationToken cancellationToken)
    {
        CorrelationContext.Begin(null);
        var started = Stopwatch.GetTimestamp();
        ImportOutcome outcome;
        try
        {
            outcome = await import.RunAsync(supplier, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = ImportOutcome.Of(e.Message); // our own side; the supplier's failures are outcomes
        }
        await runs.FinishAsync(supplier.Id, outcome, cancellationToken);
        metrics.Imported(supplier.Id, outcome.Error is null, outcome.Created, outcome.Updated, outcome.Closed, outcome.Failed);
        CatalogSyncLog.Imported(
            logger, supplier.Id, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, outcome.Created, outcome.Updated, outcome.Closed, outcome.Failed,
            outcome.Error ?? "no errors");
    }
}
