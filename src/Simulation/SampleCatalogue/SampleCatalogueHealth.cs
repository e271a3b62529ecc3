using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>Not ready before the sample catalogue is written: the first visitor of a new system would find an empty list.</summary>
internal sealed class SampleCatalogueHealth(SampleCatalogueSeeder seeder) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(seeder.HasRun
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The sample catalogue is not in the database yet."));
}
