using RealtimeTours.Platform.Configuration;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.RealtimeHub.Nodes;

public static class NodeStatusModule
{
    /// <summary>Registers <see cref="INodeStatus"/>, for a host that only reads it. Safe to call twice.</summary>
    public static IServiceCollection AddNodeStatus(this IServiceCollection services, PlatformSettings settings)
    {
        if (services.Any(service => service.ServiceType == typeof(INodeStatus))) return services;
        return services.AddAvailabilityBoard(settings).AddSeam<INodeStatus, MemoryNodeStatus, RedisNodeStatus>(settings.Distributed);
    }

    internal static IServiceCollection AddNodeReports(this IServiceCollection services, PlatformSettings settings)
    {
        services.AddNodeStatus(settings);
        services.AddSeam<IBackplanePulse, InProcessPulse, RedisPulse>(settings.Distributed);
        if (settings.Distributed) services.AddHealthChecks().AddCheck<BackplaneHealth>("backplane-channels", tags: ["ready"]);
        return services.AddHostedService<NodeReports>();
    }
}
