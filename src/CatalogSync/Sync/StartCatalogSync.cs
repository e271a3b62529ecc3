using RealtimeTours.CatalogSync.SampleCatalogue;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>
/// Once the database is there: the sample catalogue where it is wanted, a first run without waiting for the cron where one was missed, and new
/// sample departures now and then.
/// </summary>
internal sealed class StartCatalogSync(
    SampleCatalogueSeeder seeder, SyncRuns runs, ConfiguredSuppliers suppliers, StorageReadiness storage, CatalogSyncSettings settings,
    TimeProvider time, ILogger<StartCatalogSync> logger) : BackgroundService
{
    private static readonly TimeSpan TopUpEvery = TimeSpan.FromHours(6);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.WhenReady(stoppingToken);
            await SeedAsync(stoppingToken);
            await UntilDoneAsync(async () =>
            {
                await runs.RegisterAsync([.. suppliers.All.Select(supplier => supplier.Id)], stoppingToken);
                await runs.BeginMissedAsync(time.GetUtcNow(), stoppingToken);
            }, CatalogSyncLog.RunNotBegun, stoppingToken);

            using var timer = new PeriodicTimer(TopUpEvery, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await SeedAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private Task SeedAsync(CancellationToken stoppingToken) => settings.SampleCatalogue
        ? UntilDoneAsync(() => seeder.RunAsync(stoppingToken), CatalogSyncLog.SampleCatalogueFailed, stoppingToken)
        : Task.CompletedTask;

    private async Task UntilDoneAsync(Func<Task> work, Action<ILogger, string> failed, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failed(logger, e.Message);
                await Task.Delay(RetryAfter, time, stoppingToken);
            }
        }
    }
}
