using System.Text.Json;
using Microsoft.Extensions.Caching.StackExchangeRedis;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Redis;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Backplane.StackExchangeRedis;
using ZiggyCreatures.Caching.Fusion.Serialization.SystemTextJson;

namespace RealtimeTours.Web.Tours;

/// <summary>What the Web nodes share: a second cache level that survives a restart, and a backplane for invalidations.</summary>
internal static class RedisTourCache
{
    /// <summary>Service key of the cache's own <see cref="RedisConnection"/>: FusionCache's backplane closes the connection it is given.</summary>
    private const string ConnectionKey = "tour-cache";

    public static IFusionCacheBuilder WithRedis(this IFusionCacheBuilder cache, PlatformSettings settings)
    {
        cache.Services.AddKeyedSingleton(ConnectionKey, (_, _) => new RedisConnection(settings.RedisUrl!));
        return cache
            // IncludeFields: FusionCache warns about a serializer that loses tuples.
            .WithSerializer(new FusionCacheSystemTextJsonSerializer(new JsonSerializerOptions { IncludeFields = true }))
            .WithDistributedCache(services => new RedisCache(new RedisCacheOptions
            {
                ConnectionMultiplexerFactory = async () => await Connection(services).MultiplexerAsync(),
                InstanceName = $"{settings.QueuePrefix}:", // keeps systems apart that share one Redis
            }))
            .WithOptions(options => options.BackplaneChannelPrefix = $"{settings.QueuePrefix}:tours")
            .WithBackplane(services => new RedisBackplane(
                new RedisBackplaneOptions { ConnectionMultiplexerFactory = () => Connection(services).StandingMultiplexerAsync() },
                services.GetRequiredService<ILogger<RedisBackplane>>()));
    }

    private static RedisConnection Connection(IServiceProvider services) => services.GetRequiredKeyedService<RedisConnection>(ConnectionKey);
}
