using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Redis;

namespace RealtimeTours.Platform.Backplane;

/// <summary>The seam between one hub's nodes: SignalR's own manager in one process, ours over Redis where there may be several.</summary>
public static class BackplaneModule
{
    /// <summary>
    /// Chooses the <see cref="HubLifetimeManager{THub}"/> of one hub. The concrete type is registered too, for a decorator that takes the place of
    /// <c>HubLifetimeManager&lt;THub&gt;</c> and hands on to it. For the stock Redis backplane leave this call out and add
    /// <c>AddStackExchangeRedis</c> to SignalR.
    /// </summary>
    public static IServiceCollection AddBackplane<THub>(
        this IServiceCollection services, PlatformSettings settings, Action<BackplaneOptions>? configure = null) where THub : Hub
    {
        if (settings.RedisUrl is not { } url) return services.AddManager<THub, DefaultHubLifetimeManager<THub>>();

        services.TryAddSingleton(new RedisConnection(url));
        services.AddOptions<BackplaneOptions>()
            .Configure(options => options.ChannelPrefix = settings.QueuePrefix)
            .Configure(options => configure?.Invoke(options))
            .Validate(options => options.IsValid(), "Backplane: the channel prefix must not be empty, times and MaxWaitingWrites must be above 0.")
            .ValidateOnStart();
        return services.AddManager<THub, RedisHubLifetimeManager<THub>>();
    }

    private static IServiceCollection AddManager<THub, TManager>(this IServiceCollection services) where THub : Hub where TManager : HubLifetimeManager<THub>
    {
        services.AddSingleton<TManager>();
        services.AddSingleton<HubLifetimeManager<THub>>(provider => provider.GetRequiredService<TManager>());
        return services.AddSingleton(new SeamChoice($"HubLifetimeManager<{typeof(THub).Name}>", typeof(TManager).Name.Split('`')[0]));
    }
}
