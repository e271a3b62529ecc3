using Microsoft.Extensions.Caching.Memory;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Web.Tours;

/// <summary>
/// What was read from the database, kept by FusionCache: however many ask, one load per key runs at once (no stampede). What is fresh is answered at once;
/// what is older too, while one refresh runs behind it; what is too old for that only while the database is away (stale-while-revalidate and
/// stale-if-error, RFC 5861).
/// </summary>
/// <param name="options">From <see cref="TourCacheOptions"/>.</param>
/// <param name="prefix">Of the keys in FusionCache, which has entries of its own: without one a visitor could ask for those.</param>
/// <param name="load">Given an id. Fails where the database is away.</param>
/// <param name="freshFor">How long a reading is answered without a second look, as things are now.</param>
internal partial class CachedReads<T>(
    IFusionCache cache, FusionCacheEntryOptions options, string prefix, Func<string, Task<T?>> load, Func<TimeSpan> freshFor, TimeProvider time, ILogger logger)
    : IDisposable where T : class
{
    public static readonly TimeSpan StaleWhileRevalidate = TimeSpan.FromMinutes(10);

    // Another node may hear of a change later than this one and meanwhile share what it read before.
    private static readonly TimeSpan DistrustAfterChange = TimeSpan.FromSeconds(10);
    private const int MostChanges = 100_000;

    // FusionCache's lock, not waited for: of all that ask for a refresh the first one makes it, the others are given what is kept.
    private readonly FusionCacheEntryOptions _behind = WithoutWaiting(options.Duplicate());
    private readonly MemoryCache _changed = new(new MemoryCacheOptions { SizeLimit = MostChanges });
    private int _away; // 1 while the database does not answer

    /// <returns>
    /// Null where nothing is kept and the database does not answer: it is not known whether there is such a thing. Completed already for nearly everybody.
    /// </returns>
    // FusionCache's own eager refresh fixes the moment when the value is stored and does not come again after it failed; what is fresh here depends on
    // whether the board answers now. So FusionCache is asked what it has, and asked to load where that is too old.
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

    /// <summary>Asks the database unless it was asked within <see cref="TourCacheOptions.AskAgainAfter"/>; what is kept where it does not answer for a second.</summary>
    public Task<Reading<T>?> ReloadAsync(string id) => LoadAsync(prefix + id, options, CancellationToken.None);

    /// <summary>As <see cref="ReloadAsync"/>, but while somebody else does so it brings what is kept.</summary>
    public Task<Reading<T>?> RefreshAsync(string id) => LoadAsync(prefix + id, _behind, CancellationToken.None);

    /// <summary>It has changed: nothing that was read before is answered from now on, here, from Redis, and with <paramref name="everywhere"/> on the other nodes.</summary>
    public void Forget(string id, bool everywhere)
    {
        var key = prefix + id;
        // A node that had it put it into Redis. One that never had it may be late to hear, and would take away what others have read anew since.
        var mayBeInRedis = everywhere || cache.TryGet<Reading<T>?>(key, TourCacheOptions.InMemory).HasValue;
        _changed.Set(key, time.GetUtcNow(), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = DistrustAfterChange });
        // The memory is empty when this returns. Redis and the other nodes are not waited for: this node does not believe Redis for a while.
        if (mayBeInRedis) _ = cache.RemoveAsync(key, options.Duplicate().SetSkipBackplaneNotifications(!everywhere)).AsTask();
    }

    public void Dispose() => _changed.Dispose();

    private async Task<Reading<T>?> LoadAsync(string key, FusionCacheEntryOptions how, CancellationToken cancellationToken)
    {
        var found = await TryLoadAsync(key, how, cancellationToken);
        if (found is null || IsOfNow(key, found)) return found;
        // A load that was under way when it changed has read the old state. The next one has not, or it changed once more.
        cache.Remove(key, TourCacheOptions.InMemory);
        return await TryLoadAsync(key, how, cancellationToken);
    }

    private async Task<Reading<T>?> TryLoadAsync(string key, FusionCacheEntryOptions how, CancellationToken cancellationToken)
    {
        if (_changed.TryGetValue(key, out _)) how = how.Duplicate().SetSkipDistributedCacheRead(true);
        try
        {
            // The load gets no token: one impatient caller does not stop it, the others wait for the same one.
            return await cache.GetOrSetAsync<Reading<T>>(key, ReadAsync, options: how).AsTask().WaitAsync(TourCacheOptions.Patience, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<Reading<T>> ReadAsync(FusionCacheFactoryExecutionContext<Reading<T>> context, CancellationToken cancellationToken)
    {
        await Task.Yield(); // nobody who has an answer already waits for the first steps of this
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
