using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Configuration;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>SignalR's Redis backplane: messages to users, groups and connections reach them on every node. Seat counts do not use it.</summary>
public static class RedisHubBackplane
{
    /// <summary>Service key of the backplane's own <see cref="RedisConnection"/>, which the stock manager disposes.</summary>
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

    // The stock manager connects once and does not recover from a failure.
    private static async Task<IConnectionMultiplexer> ConnectAsync(RedisConnection redis)
    {
        while (true)
        {
            try
            {
                return RedisStandingSubscriptions<IConnectionMultiplexer>.Around(await redis.MultiplexerAsync(), counted: true);
            }
            catch (RedisException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }
}
