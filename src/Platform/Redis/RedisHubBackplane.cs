using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Configuration;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>
/// SignalR's own Redis backplane: what a hub sends to users, groups, connections and all reaches them on every node, and client results come back.
/// Seat counts do not go this way. What the stock manager lacks while Redis is away is in <see cref="RedisHubBackplaneManager{THub}"/>.
/// </summary>
public static class RedisHubBackplane
{
    /// <summary>Key of the backplane's <see cref="RedisConnection"/> among the services. It has its own: the stock manager disposes what it is given.</summary>
    public const string ConnectionKey = "signalr-backplane";

    public static ISignalRServerBuilder AddRedisHubBackplane<THub>(this ISignalRServerBuilder signalR, PlatformSettings settings) where THub : Hub
    {
        var url = settings.RedisUrl ?? throw new ArgumentException("There is no address of Redis.", nameof(settings));
        var services = signalR.Services;
        services.AddKeyedSingleton(ConnectionKey, (_, _) => new RedisConnection(url) { ChannelPrefix = $"{settings.QueuePrefix}:" });
        signalR.AddStackExchangeRedis();
        services.AddOptions<RedisOptions>().Configure<IServiceProvider>((options, provider) =>
        {
            options.Configuration = RedisAddress.Parse(url); // the stock manager logs where it connects to
            options.ConnectionFactory = _ => ConnectAsync(provider.GetRequiredKeyedService<RedisConnection>(ConnectionKey));
        });
        services.AddSingleton<HubLifetimeManager<THub>, RedisHubBackplaneManager<THub>>();
        return signalR;
    }

    // The stock manager asks once, and never gets over a failure.
    private static async Task<IConnectionMultiplexer> ConnectAsync(RedisConnection redis)
    {
        while (true)
        {
            try
            {
                return RedisStandingSubscriptions<IConnectionMultiplexer>.Around(await redis.MultiplexerAsync());
            }
            catch (RedisException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }
}
