using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Platform.Storage.Outbox;
using RealtimeTours.RealtimeHub.Configuration;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>Registers the availability board, for every host that shows seat counts.</summary>
public static class AvailabilityBoardModule
{
    /// <summary>Registers <see cref="ILiveBoard"/> and what feeds it. Needs messaging and storage. Safe to call twice.</summary>
    /// <exception cref="InvalidSettingException">A setting cannot be used.</exception>
    public static IServiceCollection AddLiveBoard(this IServiceCollection services, IConfiguration configuration, PlatformSettings settings)
    {
        if (services.Any(service => service.ServiceType == typeof(ILiveBoard))) return services;
        services.AddAvailabilityBoard(settings);
        services.AddSingleton(Options.Create(RealtimeHubOptions.Read(configuration)));
        services.AddSingleton<BoardMetrics>().AddSingleton<BoardHealth>().AddSingleton<BoardCopy>();
        services.AddSingleton<ILiveBoard, LiveBoard>();
        services.AddSingleton<ICommittedEvents, LocalCommitProjection>();
        services.AddHostedService<BoardPoller>();
        var backlog = new ListenerBacklog();
        services.AddSingleton(backlog);
        return services.AddEventListener<AvailabilityListener>(AvailabilityListener.Name, AvailabilityListener.RoutingKeys, backlog: backlog);
    }

    /// <summary>Registers <see cref="IAvailabilityBoard"/>. Safe to call twice.</summary>
    public static IServiceCollection AddAvailabilityBoard(this IServiceCollection services, PlatformSettings settings)
    {
        if (services.Any(service => service.ServiceType == typeof(IAvailabilityBoard))) return services;
        services.TryAddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new RedisKeys($"{{{settings.QueuePrefix}}}"));
        if (settings.RedisUrl is { } url)
        {
            services.TryAddSingleton(new RedisConnection(url));
            services.AddHealthChecks().AddCheck<RedisHealth>("backplane", tags: ["ready"]);
        }
        return services.AddSeam<IAvailabilityBoard, MemoryAvailabilityBoard, RedisAvailabilityBoard>(settings.Distributed);
    }
}
