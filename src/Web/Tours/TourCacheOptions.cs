using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Web.Tours;

/// <summary>How FusionCache keeps tours and the list of them.</summary>
internal static class TourCacheOptions
{
    /// <summary>What was read from the database within this time is not asked for again, whatever speaks against it; after it, where the board does not answer.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long somebody waits for whom nothing is kept.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>For details of a tour: changes are announced; the limit is for an announcement that was lost.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(60);

    // A second level that is slower than the database is none.
    private static readonly TimeSpan PatienceWithRedis = TimeSpan.FromMilliseconds(250);

    public static readonly FusionCacheEntryOptions Tour = new(FreshFor)
    {
        // When FusionCache may load again; how long an answer counts as fresh is decided by its age when it is read.
        MemoryCacheDuration = AskAgainAfter,
        // A database that is away: what is kept holds for a day, and is not asked again by every reader.
        IsFailSafeEnabled = true,
        FailSafeMaxDuration = TimeSpan.FromHours(24),
        FailSafeThrottleDuration = TimeSpan.FromSeconds(1),
        // One that hangs: who has something to show does not wait long, and the load goes on without him.
        FactorySoftTimeout = TimeSpan.FromSeconds(1),
        FactoryHardTimeout = Patience,
        // Redis is asked for what this process has never read. A refresh asks the database; the other nodes are told and take it over from Redis.
        SkipDistributedCacheReadWhenStale = true,
        DistributedCacheSoftTimeout = PatienceWithRedis,
        DistributedCacheHardTimeout = PatienceWithRedis,
        AllowBackgroundDistributedCacheOperations = true,
        Size = 1,
    };

    /// <summary>Each node has a list of its own: it is one query, and large.</summary>
    public static readonly FusionCacheEntryOptions List = OnlyHere(Tour);

    /// <summary>An id that named nothing is believed for a moment: somebody who asks for it all the time must not cost a query each. It is the first to be pushed out.</summary>
    public static readonly FusionCacheEntryOptions Unknown = OnlyHere(new FusionCacheEntryOptions(TimeSpan.FromSeconds(5)) { Size = 1, Priority = CacheItemPriority.Low });

    /// <summary>To look into the memory of this process alone, also at what FusionCache would load again.</summary>
    public static readonly FusionCacheEntryOptions InMemory = OnlyHere(new FusionCacheEntryOptions { AllowStaleOnReadOnly = true });

    private const int MostTours = 10_000;

    public static MemoryCache NewMemory() => new(new MemoryCacheOptions { SizeLimit = 2 * MostTours }); // half of it for ids that name nothing

    public static void Configure(FusionCacheOptions options)
    {
        options.DisableTagging = true; // each entry is found by its key; a tag would be looked up with every read
        // While Redis fails it is asked once in this time. That it fails is logged then; the same from every call would bury the rest.
        options.DistributedCacheCircuitBreakerDuration = options.BackplaneCircuitBreakerDuration = TimeSpan.FromSeconds(2);
        options.DistributedCacheErrorsLogLevel = options.DistributedCacheSyntheticTimeoutsLogLevel = LogLevel.Debug;
        options.BackplaneErrorsLogLevel = options.BackplaneSyntheticTimeoutsLogLevel = LogLevel.Debug;
        // CachedReads logs a database that is away once.
        options.FactoryErrorsLogLevel = options.FactorySyntheticTimeoutsLogLevel = options.FailSafeActivationLogLevel = LogLevel.Debug;
    }

    private static FusionCacheEntryOptions OnlyHere(FusionCacheEntryOptions options)
    {
        var here = options.Duplicate();
        here.SkipDistributedCacheRead = here.SkipDistributedCacheWrite = here.SkipBackplaneNotifications = true;
        return here;
    }
}
