using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Once the database is ready, begins a run that was missed instead of waiting for the cron.</summary>
internal sealed class StartCatalogSync(
    SyncRuns runs, ConfiguredSuppliers suppliers, StorageReadiness storage, TimeProvider time, ILogger<StartCatalogSync> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.WhenReady(stoppingToken);
            while (!await TryBeginAsync(stoppingToken)) await Task.Delay(RetryAfter, time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task<bool> TryBeginAsync(CancellationToken stoppingToken)
    {
        try
        {
            await runs.RegisterAsync([.. suppliers.All.Select(supplier => supplier.Id)], stoppingToken);
            await runs.BeginMissedAsync(time.GetUtcNow(), stoppingToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            CatalogSyncLog.RunNotBegun(logger, e.Message);
            return false;
        }
    }
}
