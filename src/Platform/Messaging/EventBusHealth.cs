using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RealtimeTours.Platform.Messaging;

/// <summary>Ready while the publisher, every consumer and every listener of this process are connected.</summary>
internal sealed class EventBusHealth(IEventBus bus) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(bus.Problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy());
}
