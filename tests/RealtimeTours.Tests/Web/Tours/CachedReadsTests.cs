using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Web.Tours;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Tests.Web.Tours;

/// <summary>What is answered at which age, and how often the database is asked for it.</summary>
public sealed class CachedReadsTests : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new(new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FusionCache _fusion = new(new FusionCacheOptions());
    private readonly FusionCacheEntryOptions _options = TourCacheOptions.List.Duplicate();
    private readonly CachedReads<Thing> _cache;
    private Func<Task<Thing?>> _database;
    private int _asked;

    public CachedReadsTests()
    {
        _database = () => Task.FromResult<Thing?>(new Thing());
        // FusionCache has a clock of its own: it may load again at once, and after a failure soon.
        (_options.MemoryCacheDuration, _options.FailSafeThrottleDuration) = (TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5));
        _cache = new CachedReads<Thing>(_fusion, _options, "thing:", LoadAsync, () => Fresh, _time, NullLogger.Instance);
    }

    [Fact]
    public async Task Many_readers_of_what_is_not_kept_wait_for_one_load_and_an_impatient_one_does_not_stop_it()
    {
        _options.MemoryCacheDuration = TourCacheOptions.AskAgainAfter;
        var answer = new TaskCompletionSource<Thing?>();
        _database = () => answer.Task;
        using var shortTimeout = new CancellationTokenSource();
        var gone = _cache.FindAsync("a", shortTimeout.Token).AsTask();
        var readers = Enumerable.Range(0, 50).Select(_ => ReadAsync()).ToArray();
        await shortTimeout.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(gone);
        answer.SetResult(new Thing());

        (await Task.WhenAll(readers)).ShouldAllBe(found => found != null && found.Value != null);
        _asked.ShouldBe(1);
        (await ReadAsync())!.Value.ShouldNotBeNull();
        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_no_longer_fresh_is_answered_at_once_while_one_refresh_runs_behind()
    {
        var old = (await ReadAsync())!.Value;
        _time.Advance(Fresh);
        var answer = new TaskCompletionSource<Thing?>();
        _database = () => answer.Task;
        for (var reader = 0; reader < 50; reader++) (await ReadAsync())!.Value.ShouldBe(old);
        await Eventually.ShouldBeTrueAsync(() => _asked == 2);

        answer.SetResult(new Thing());
        await Eventually.ShouldBeTrueAsync(async () => (await ReadAsync())!.Value != old);
        _asked.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_too_old_for_that_is_read_again_first()
    {
        var old = (await ReadAsync())!.Value;
        _time.Advance(CachedReads<Thing>.StaleWhileRevalidate);
        (await ReadAsync())!.Value.ShouldNotBe(old);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(23 * 60)]
    public async Task While_the_database_is_away_what_is_kept_is_answered_and_the_rest_is_unknown(int minutes)
    {
        var old = (await ReadAsync())!.Value;
        _database = () => throw new DatabaseAway();
        _time.Advance(TimeSpan.FromMinutes(minutes));
        for (var reader = 0; reader < 50; reader++) (await ReadAsync())!.Value.ShouldBe(old);
        await Eventually.ShouldBeTrueAsync(() => _asked == 2); // it is not asked again by each of them
        (await ReadAsync("other")).ShouldBeNull();

        _database = () => Task.FromResult<Thing?>(new Thing());
        await Eventually.ShouldBeTrueAsync(async () => (await ReadAsync())!.Value != old);
    }

    [Fact]
    public async Task A_database_that_hangs_delays_only_the_first_reader_and_him_not_for_long()
    {
        var old = (await ReadAsync())!.Value;
        _database = () => new TaskCompletionSource<Thing?>().Task;
        _time.Advance(CachedReads<Thing>.StaleWhileRevalidate);
        (await ReadAsync().WaitAsync(TimeSpan.FromSeconds(60)))!.Value.ShouldBe(old);
        var next = ReadAsync();
        next.IsCompleted.ShouldBeTrue();
        (await next)!.Value.ShouldBe(old);
    }

    [Fact]
    public async Task An_unknown_id_costs_one_load_however_often_it_is_asked_for_and_is_known_once_it_is_announced()
    {
        _database = () => Task.FromResult<Thing?>(null);
        for (var reader = 0; reader < 50; reader++) (await ReadAsync())
            .ShouldSatisfyAllConditions(found => found.ShouldNotBeNull(), found => found!.Value.ShouldBeNull());
        _asked.ShouldBe(1);

        _database = () => Task.FromResult<Thing?>(new Thing());
        _time.Advance(TimeSpan.FromTicks(1));
        _cache.Forget("a", everywhere: false);
        _time.Advance(TimeSpan.FromTicks(1));
        (await ReadAsync())!.Value.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_was_forgotten_during_its_load_is_neither_kept_nor_answered()
    {
        var answer = new TaskCompletionSource<Thing?>();
        _database = () => answer.Task;
        var reader = ReadAsync();
        await Eventually.ShouldBeTrueAsync(() => _asked == 1);
        _time.Advance(TimeSpan.FromTicks(1));
        _cache.Forget("a", everywhere: false);
        _time.Advance(TimeSpan.FromTicks(1));
        var changed = new Thing();
        _database = () => Task.FromResult<Thing?>(changed);
        answer.SetResult(new Thing());
        (await reader)!.Value.ShouldBe(changed);
        (await ReadAsync())!.Value.ShouldBe(changed);
    }

    public void Dispose()
    {
        _cache.Dispose();
        _fusion.Dispose();
    }

    private Task<Reading<Thing>?> ReadAsync(string key = "a") => _cache.FindAsync(key, default).AsTask();

    private Task<Thing?> LoadAsync(string key)
    {
        Interlocked.Increment(ref _asked);
        return _database();
    }

    private sealed class Thing;

    private sealed class DatabaseAway : DbException;
}
