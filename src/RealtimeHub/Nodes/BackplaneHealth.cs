using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>Red while what this node publishes on Redis does not come back to it: users' pushes from other nodes do not arrive here either.</summary>
internal sealed class BackplaneHealth(IBackplanePulse pulse) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(pulse.State == BackplaneStates.Away
            ? HealthCheckResult.Unhealthy("Nothing that this node publishes on its Redis channel comes back.")
            : HealthCheckResult.Healthy());
}
