using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Storage.Leases;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>For each supplier: takes the lease when no process has it, and syncs the supplier until the lease is lost.</summary>
internal sealed class SupplierLeaseHost(
    ConfiguredSuppliers suppliers, SupplierLease leases, SyncParts parts, StorageReadiness storage, ILogger<SupplierLeaseHost> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.WhenReady(stoppingToken);
            await Task.WhenAll(suppliers.All.Select(supplier => KeepSyncingAsync(supplier, stoppingToken)));
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task KeepSyncingAsync(ConfiguredSupplier supplier, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await using var lease = await leases.TryTakeAsync(supplier.Id, stoppingToken);
                if (lease is not null)
                {
                    CatalogSyncLog.SupplierTaken(logger, supplier.Id);
                    await new SupplierSyncLoop(supplier, lease, parts).RunAsync(stoppingToken);
                    if (!stoppingToken.IsCancellationRequested) CatalogSyncLog.SupplierLost(logger, supplier.Id, "its lease has ended");
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested) // the database is unreachable, or the lease is lost
            {
                CatalogSyncLog.SupplierLost(logger, supplier.Id, e.Message);
            }
            await Task.Delay(DatabaseLeases.PollInterval(parts.Timing.Lease), parts.Time, stoppingToken);
        }
    }
}
