using System.Text.Json;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Redis;
using StackExchange.Redis;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Backplane.StackExchangeRedis;
using ZiggyCreatures.Caching.Fusion.Serialization.SystemTextJson;

namespace RealtimeTours.Web.Tours;

/// <summary>What the Web nodes share: a second level of the cache that survives a restart, and a backplane on which one tells the others what it changed.</summary>
internal static class RedisTourCache
{
    /// <summary>Key of the cache's <see cref="RedisConnection"/> among the services. It has its own: FusionCache's backplane closes the one it is given.</summary>
    private const string ConnectionKey = "tour-cache";

    public static IFusionCacheBuilder WithRedis(this IFusionCacheBuilder cache, PlatformSettings settings)
    {
        cache.Services.AddKeyedSingleton(ConnectionKey, (_, _) => new RedisConnection(settings.RedisUrl!));
        return cache
            // With fields: FusionCache warns about a serializer that loses tuples.
            .WithSerializer(new FusionCacheSystemTextJsonSerializer(new JsonSerializerOptions { IncludeFields = true }))
            .WithDistributedCache(services => new RedisCache(new RedisCacheOptions
            {
                ConnectionMultiplexerFactory = () => ConnectAsync(services),
                InstanceName = $"{settings.QueuePrefix}:", // systems that share a Redis differ by it
            }))
            .WithOptions(options => options.BackplaneChannelPrefix = $"{settings.QueuePrefix}:tours")
            .WithBackplane(services => new RedisBackplane(
                new RedisBackplaneOptions { ConnectionMultiplexerFactory = () => ConnectAsync(services) }, services.GetRequiredService<ILogger<RedisBackplane>>()));
    }

    private static async Task<IConnectionMultiplexer> ConnectAsync(IServiceProvider services) =>
        await services.GetRequiredKeyedService<RedisConnection>(ConnectionKey).MultiplexerAsync();
}
