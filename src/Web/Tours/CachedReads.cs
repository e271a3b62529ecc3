using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Web.Tours;

/// <summary>
/// Caches database reads in FusionCache. However many requests ask, one load per key runs at once (no cache stampede). A fresh value is answered at
/// once; an older one too, while one refresh runs in the background; one that is older than <see cref="StaleWhileRevalidate"/> only while the
/// database is away (stale-while-revalidate and stale-if-error, RFC 5861).
/// </summary>
/// <param name="prefix">Of the keys in FusionCache, which has entries of its own that a visitor could otherwise ask for.</param>
/// <param name="load">Loads the value of an id; throws while the database is away.</param>
/// <param name="freshFor">How long a value counts as fresh, as things are now.</param>
internal partial class CachedReads<T>(
    IFusionCache cache, FusionCacheEntryOptions options, string prefix, Func<string, Task<T?>> load, Func<TimeSpan> freshFor, TimeProvider time,
    ILogger logger)
    : IDisposable where T : class
{
    public static readonly TimeSpan StaleWhileRevalidate = TimeSpan.FromMinutes(10);

    // Another node may hear of a change later than this one, and until then write its old value to Redis.
    private static readonly TimeSpan DistrustAfterChange = TimeSpan.FromSeconds(10);
    private const int MaxChanges = 100_000;

    // A refresh does not wait for FusionCache's lock per key: the first request makes it, the others get the cached value.
    private readonly FusionCacheEntryOptions _behind = WithoutWaiting(options.Duplicate());
    private readonly MemoryCache _changed = new(new MemoryCacheOptions { SizeLimit = MaxChanges });
    private int _away; // 1 while the database does not answer

    /// <returns>Null if nothing is cached and the database does not answer: whether the thing exists is unknown. Usually completed already.</returns>
    // FusionCache's own eager refresh fixes its time when the value is stored, and is not repeated after a failure. Here freshness depends on whether
    // the board answers now, so this reads what is cached and asks FusionCache to load if it is too old.
    public ValueTask<Reading<T>?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var key = prefix + id;
        var kept = cache.TryGet<Reading<T>?>(key, TourCacheOptions.InMemory).GetValueOrDefault(null);
        if (kept is null || !IsOfNow(key, kept)) return new(LoadAsync(key, options, cancellationToken));
        var age = time.GetUtcNow() - kept.At;
        if (age >= StaleWhileRevalidate) return new(LoadAsync(key, options, cancellationToken));
        if (age >= freshFor()) _ = LoadAsync(key, _behind, CancellationToken.None);
        return new(kept);
    }

    /// <summary>Reads the database, unless read within <see cref="TourCacheOptions.AskAgainAfter"/>; after a second, the cached value.</summary>
    public Task<Reading<T>?> ReloadAsync(string id) => LoadAsync(prefix + id, options, CancellationToken.None);

    /// <summary>As <see cref="ReloadAsync"/>, but returns the cached value while another request reloads.</summary>
    public Task<Reading<T>?> RefreshAsync(string id) => LoadAsync(prefix + id, _behind, CancellationToken.None);

    /// <summary>Invalidates an entry here and in Redis, with <paramref name="everywhere"/> on all nodes; a running load is repeated.</summary>
    public void Forget(string id, bool everywhere)
    {
        var key = prefix + id;
        // Only a node that had the entry has written it to Redis. A node without it may hear of the change late, and would delete a newer value.
        var mayBeInRedis = everywhere || cache.TryGet<Reading<T>?>(key, TourCacheOptions.InMemory).HasValue;
        _changed.Set(key, time.GetUtcNow(), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = DistrustAfterChange });
        // Memory is cleared before this returns. Redis and the other nodes are not awaited: this node ignores Redis for a while.
        if (mayBeInRedis) _ = cache.RemoveAsync(key, options.Duplicate().SetSkipBackplaneNotifications(!everywhere)).AsTask();
    }

    public void Dispose() => _changed.Dispose();

    private async Task<Reading<T>?> LoadAsync(string key, FusionCacheEntryOptions how, CancellationToken cancellationToken)
    {
        var found = await TryLoadAsync(key, how, cancellationToken);
        if (found is null || IsOfNow(key, found)) return found;
        // A load that was running during the change has read the old state; the next one has not, unless there was another change.
        cache.Remove(key, TourCacheOptions.InMemory);
        return await TryLoadAsync(key, how, cancellationToken);
    }

    private async Task<Reading<T>?> TryLoadAsync(string key, FusionCacheEntryOptions how, CancellationToken cancellationToken)
    {
        if (_changed.TryGetValue(key, out _)) how = how.Duplicate().SetSkipDistributedCacheRead(true);
        try
        {
            // The load has no cancellation token: other requests wait for the same load.
            return await cache.GetOrSetAsync<Reading<T>>(key, ReadAsync, options: how).AsTask()
                .WaitAsync(TourCacheOptions.Timeout, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<Reading<T>> ReadAsync(FusionCacheFactoryExecutionContext<Reading<T>> context, CancellationToken cancellationToken)
    {
        await Task.Yield(); // a caller that has a cached answer does not wait for the first steps of the load
        var now = time.GetUtcNow();
        try
        {
            var value = await load(context.Key[prefix.Length..]);
            if (Interlocked.Exchange(ref _away, 0) == 1) LogBack(logger, typeof(T).Name);
            if (value is null) context.Options = TourCacheOptions.Unknown.Duplicate();
            return new Reading<T>(value, now);
        }
        catch (Exception e)
        {
            if (Interlocked.Exchange(ref _away, 1) == 0) LogAway(logger, e, typeof(T).Name);
            throw;
        }
    }

    private bool IsOfNow(string key, Reading<T> reading) => !_changed.TryGetValue(key, out DateTimeOffset changed) || reading.At > changed;

    private static FusionCacheEntryOptions WithoutWaiting(FusionCacheEntryOptions options)
    {
        options.MemoryLockTimeout = TimeSpan.Zero;
        return options;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} cannot be read from the database; what is kept is shown, with its age")]
    private static partial void LogAway(ILogger logger, Exception exception, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "{What} can be read from the database again")]
    private static partial void LogBack(ILogger logger, string what);
}
