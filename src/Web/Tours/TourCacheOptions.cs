using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Web.Tours;

/// <summary>FusionCache's settings for tours and for the list of them.</summary>
internal static class TourCacheOptions
{
    /// <summary>Minimum time between two loads of one key, and how long a value is fresh while the board does not answer.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>Timeout of a request for which nothing is cached.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>For details of a tour: changes are announced, so this is for an announcement that was lost.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(60);

    // Timeout for Redis: a second level slower than the database is useless.
    private static readonly TimeSpan RedisTimeout = TimeSpan.FromMilliseconds(250);

    public static readonly FusionCacheEntryOptions Tour = new(FreshFor)
    {
        // When FusionCache may load again; freshness is decided by age at reading.
        MemoryCacheDuration = AskAgainAfter,
        // While the database is away, the cached value is used for a day; only one request per second tries again.
        IsFailSafeEnabled = true,
        FailSafeMaxDuration = TimeSpan.FromHours(24),
        FailSafeThrottleDuration = TimeSpan.FromSeconds(1),
        // If the database hangs, a request with a cached value waits for a second; the load goes on in the background.
        FactorySoftTimeout = TimeSpan.FromSeconds(1),
        FactoryHardTimeout = Timeout,
        // Redis is read for keys this process never had. A refresh reads the database, and tells the other nodes, which then read Redis.
        SkipDistributedCacheReadWhenStale = true,
        DistributedCacheSoftTimeout = RedisTimeout,
        DistributedCacheHardTimeout = RedisTimeout,
        AllowBackgroundDistributedCacheOperations = true,
        Size = 1,
    };

    /// <summary>Each node has its own list: it is one query, and large.</summary>
    public static readonly FusionCacheEntryOptions List = OnlyHere(Tour);

    /// <summary>Negative caching: an unknown id is remembered for 5 s, so that requests for it do not cost a query each. Evicted first.</summary>
    public static readonly FusionCacheEntryOptions Unknown =
        OnlyHere(new FusionCacheEntryOptions(TimeSpan.FromSeconds(5)) { Size = 1, Priority = CacheItemPriority.Low });

    /// <summary>Reads this process's memory only, including entries that FusionCache would reload.</summary>
    public static readonly FusionCacheEntryOptions InMemory = OnlyHere(new FusionCacheEntryOptions { AllowStaleOnReadOnly = true });

    private const int MaxTours = 10_000;

    public static MemoryCache NewMemory() => new(new MemoryCacheOptions { SizeLimit = 2 * MaxTours }); // half of it for unknown ids

    public static void Configure(FusionCacheOptions options)
    {
        options.DisableTagging = true; // not used; a tag would be looked up with every read
        // Circuit breaker: while Redis fails it is tried once in this time, which logs the failure once instead of per call.
        options.DistributedCacheCircuitBreakerDuration = options.BackplaneCircuitBreakerDuration = TimeSpan.FromSeconds(2);
        options.DistributedCacheErrorsLogLevel = options.DistributedCacheSyntheticTimeoutsLogLevel = LogLevel.Debug;
        options.BackplaneErrorsLogLevel = options.BackplaneSyntheticTimeoutsLogLevel = LogLevel.Debug;
        // CachedReads logs an unreachable database, once.
        options.FactoryErrorsLogLevel = options.FactorySyntheticTimeoutsLogLevel = options.FailSafeActivationLogLevel = LogLevel.Debug;
    }

    private static FusionCacheEntryOptions OnlyHere(FusionCacheEntryOptions options)
    {
        var here = options.Duplicate();
        here.SkipDistributedCacheRead = here.SkipDistributedCacheWrite = here.SkipBackplaneNotifications = true;
        return here;
    }
}
