using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>Unhealthy while this node's heartbeats over Redis do not come back: messages from other nodes do not arrive either.</summary>
internal sealed class BackplaneHealth(IBackplanePulse pulse) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(pulse.State == BackplaneStates.Away
            ? HealthCheckResult.Unhealthy("Nothing that this node publishes on its Redis channel comes back.")
            : HealthCheckResult.Healthy());
}
