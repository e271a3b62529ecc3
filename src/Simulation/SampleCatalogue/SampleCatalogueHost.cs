using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Simulation.Configuration;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>Once the database is ready, writes the sample catalogue, and every few hours new departures of its tours.</summary>
internal sealed class SampleCatalogueHost(
    SampleCatalogueSeeder seeder, StorageReadiness storage, TimeProvider time, ILogger<SampleCatalogueHost> logger) : BackgroundService
{
    private static readonly TimeSpan TopUpEvery = TimeSpan.FromHours(6);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await storage.WhenReady(stoppingToken);
            while (true) await Task.Delay(await TrySeedAsync(stoppingToken) ? TopUpEvery : RetryAfter, time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    private async Task<bool> TrySeedAsync(CancellationToken stoppingToken)
    {
        try
        {
            await seeder.RunAsync(stoppingToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            SimulationLog.SampleCatalogueFailed(logger, e.Message);
            return false;
        }
    }
}
