using System.Diagnostics;
using Quartz;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage.Leases;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>Quartz job: does the imports that are due, in the process with the supplier's lease: sync and import share one token budget.</summary>
[DisallowConcurrentExecution]
internal sealed class ImportCatalogue(
    ConfiguredSuppliers suppliers, ImportRuns runs, ImportSupplier import, ImportSettings settings, SupplierLease leases, StorageReadiness storage,
    CatalogSyncMetrics metrics, IHostApplicationLifetime lifetime, ILogger<ImportCatalogue> logger) : IJob
{
    public static readonly JobKey Key = new("import-catalogue");

    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

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
                if (leases.IsTaken(supplier.Id) && await import.MayBeginAsync(supplier, cancellationToken)
                    && await runs.TryTakeAsync(supplier.Id, settings.Interval, cancellationToken) is { } lease)
                    await OneAsync(supplier, lease, cancellationToken);
        }
        catch (Exception e) // the next fire tries again; an exception must not stop the scheduler
        {
            if (!cancellationToken.IsCancellationRequested) CatalogSyncLog.ImportNotBegun(logger, e.Message);
        }
    }

    private async Task OneAsync(ConfiguredSupplier supplier, Lease lease, CancellationToken cancellationToken)
    {
        await using var owned = lease;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        CorrelationContext.Begin(null);
        var started = Stopwatch.GetTimestamp();
        ImportOutcome outcome;
        try
        {
            outcome = await import.RunAsync(supplier, stop.Token);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            outcome = ImportOutcome.Of(e.Message); // a failure on our side; the supplier's failures are outcomes
        }
        await runs.FinishAsync(supplier.Id, lease, outcome, cancellationToken);
        metrics.Imported(supplier.Id, outcome.Error is null, outcome.Created, outcome.Updated, outcome.Closed, outcome.Failed);
        CatalogSyncLog.Imported(
            logger, supplier.Id, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, outcome.Created, outcome.Updated, outcome.Closed,
            outcome.Failed, outcome.Error ?? "no errors");
    }
}
