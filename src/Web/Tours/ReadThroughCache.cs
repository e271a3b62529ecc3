using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace RealtimeTours.Web.Tours;

/// <summary>What <see cref="ReadThroughCache{T}"/> keeps.</summary>
internal interface IReadAt
{
    /// <summary>When it was read from the database, wherever it was kept since.</summary>
    DateTimeOffset ReadAt { get; }
}

/// <param name="Value">Null where there is no such thing, or where nobody can tell.</param>
/// <param name="FromCache">False for whoever waited for the database.</param>
/// <param name="Away">Nothing is kept and the database does not answer: it is not known whether there is such a thing.</param>
internal readonly record struct Found<T>(T? Value, bool FromCache, bool Away = false) where T : class;

/// <summary>
/// Memory in front of what is read from the database. What is fresh is answered at once; what is older too, while one refresh runs behind it; what is too
/// old for that only while the database is away (stale-while-revalidate and stale-if-error, RFC 5861). However many ask, one load per key runs at once.
/// </summary>
/// <param name="load">Given a key and the earliest moment of reading that will do. Fails where the database is away.</param>
/// <param name="freshFor">How long a value is answered without a second look.</param>
internal sealed partial class ReadThroughCache<T>(
    Func<string, DateTimeOffset, Task<Found<T>>> load, Func<TimeSpan> freshFor, int capacity, TimeProvider time, ILogger logger) : IDisposable
    where T : class, IReadAt
{
    public static readonly TimeSpan StaleWhileRevalidate = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan StaleIfError = TimeSpan.FromHours(24);

    // An id that named nothing is believed for a moment: somebody who asks for it all the time must not cost a query each.
    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(5);

    // Who has something to show does not wait long for a database that hangs, and does not ask it again at once.
    private static readonly TimeSpan PatienceWithOld = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceWithNothing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<Found<T>>>> _loading = new(StringComparer.Ordinal);
    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = capacity });
    private readonly MemoryCache _unknown = new(new MemoryCacheOptions { SizeLimit = capacity }); // of its own: nonsense must not push tours out
    private long _failedAt; // UTC ticks; 0 while the database answers

    /// <summary>Never fails because the database does: see <see cref="Found{T}.Away"/>.</summary>
    public ValueTask<Found<T>> FindAsync(string key, CancellationToken cancellationToken)
    {
        var (now, fresh) = (time.GetUtcNow(), freshFor());
        if (!_known.TryGetValue(key, out T? kept) || kept is null)
            return _unknown.TryGetValue(key, out _) ? new(new Found<T>(null, FromCache: true)) : new(LoadAsync(key, kept: null, now - fresh, cancellationToken));
        var age = now - kept.ReadAt;
        if (age >= fresh && !FailedJustNow(now))
        {
            if (age >= StaleWhileRevalidate) return new(LoadAsync(key, kept, now - fresh, cancellationToken));
            if (!_loading.ContainsKey(key)) _ = LoadAsync(key, kept, now - fresh, CancellationToken.None);
        }
        return new(new Found<T>(kept, FromCache: true));
    }

    /// <summary>Asks again although a value is kept; answers that one where the database is away.</summary>
    /// <param name="notBefore">The earliest moment of reading that will do.</param>
    public Task<Found<T>> ReloadAsync(string key, DateTimeOffset notBefore, CancellationToken cancellationToken)
    {
        _known.TryGetValue(key, out T? kept);
        return kept is not null && FailedJustNow(time.GetUtcNow())
            ? Task.FromResult(new Found<T>(kept, FromCache: true))
            : LoadAsync(key, kept, notBefore, cancellationToken);
    }

    /// <summary>A load under way may have read the old state: its callers get it, but it is not kept.</summary>
    public void Forget(string key)
    {
        _loading.TryRemove(key, out _);
        _known.Remove(key);
        _unknown.Remove(key);
    }

    public void Dispose()
    {
        _known.Dispose();
        _unknown.Dispose();
    }

    private async Task<Found<T>> LoadAsync(string key, T? kept, DateTimeOffset notBefore, CancellationToken cancellationToken)
    {
        Lazy<Task<Found<T>>> mine = null!;
        mine = new Lazy<Task<Found<T>>>(() => LoadOnceAsync(key, notBefore, () => mine));
        try
        {
            // One impatient caller does not stop it: the others wait for the same load.
            return await _loading.GetOrAdd(key, mine).Value.WaitAsync(kept is null ? PatienceWithNothing : PatienceWithOld, time, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (e is TimeoutException) Failed(e); // the load itself goes on
            return kept is null ? new Found<T>(null, FromCache: false, Away: true) : new Found<T>(kept, FromCache: true);
        }
    }

    private async Task<Found<T>> LoadOnceAsync(string key, DateTimeOffset notBefore, Func<Lazy<Task<Found<T>>>> self)
    {
        await Task.Yield(); // nobody who has an answer already waits for the first steps of this
        try
        {
            var found = await load(key, notBefore);
            if (Interlocked.Exchange(ref _failedAt, 0) != 0) LogBack(logger, typeof(T).Name);
            if (!IsCurrent()) return found;
            Keep(key, found.Value);
            if (!IsCurrent()) Forget(key); // forgotten between the question and the keeping
            return found;
        }
        catch (Exception e)
        {
            Failed(e);
            throw;
        }
        finally
        {
            _loading.TryRemove(KeyValuePair.Create(key, self()));
        }

        bool IsCurrent() => _loading.TryGetValue(key, out var current) && current == self();
    }

    private void Keep(string key, T? value)
    {
        if (value is null)
        {
            _known.Remove(key);
            _unknown.Set(key, true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = UnknownFor });
        }
        else
        {
            _unknown.Remove(key);
            _known.Set(key, value, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = StaleIfError });
        }
    }

    private void Failed(Exception e)
    {
        if (Interlocked.Exchange(ref _failedAt, time.GetUtcNow().UtcTicks) == 0) LogAway(logger, e, typeof(T).Name);
    }

    private bool FailedJustNow(DateTimeOffset now) => Volatile.Read(ref _failedAt) is not 0 and var at && now.UtcTicks - at < AskAgainAfter.Ticks;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} cannot be read from the database; what is kept is shown, with its age")]
    private static partial void LogAway(ILogger logger, Exception exception, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "{What} can be read from the database again")]
    private static partial void LogBack(ILogger logger, string what);
}
