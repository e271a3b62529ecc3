using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Web.Tours;

namespace RealtimeTours.Tests.Tours;

/// <summary>What is answered at which age, and how often the database is asked for it.</summary>
public sealed class ReadThroughCacheTests : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new(new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ReadThroughCache<Thing> _cache;
    private Func<Task<Thing?>> _database;
    private int _asked;

    public ReadThroughCacheTests()
    {
        _database = () => Task.FromResult<Thing?>(new Thing(_time.GetUtcNow()));
        _cache = new ReadThroughCache<Thing>(LoadAsync, () => Fresh, capacity: 100, _time, NullLogger.Instance);
    }

    [Fact]
    public async Task Many_readers_of_what_is_not_kept_wait_for_one_load_and_an_impatient_one_does_not_stop_it()
    {
        var answer = new TaskCompletionSource<Thing?>();
        _database = () => answer.Task;
        using var impatient = new CancellationTokenSource();
        var gone = _cache.FindAsync("a", impatient.Token).AsTask();
        var readers = Enumerable.Range(0, 50).Select(_ => ReadAsync()).ToArray();
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(gone);
        answer.SetResult(new Thing(_time.GetUtcNow()));

        (await Task.WhenAll(readers)).ShouldAllBe(found => found.Value != null && !found.FromCache);
        _asked.ShouldBe(1);
        (await ReadAsync()).FromCache.ShouldBeTrue();
        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_no_longer_fresh_is_answered_at_once_while_one_refresh_runs_behind()
    {
        var old = (await ReadAsync()).Value;
        _time.Advance(Fresh);
        var answer = new TaskCompletionSource<Thing?>();
        _database = () => answer.Task;
        for (var reader = 0; reader < 50; reader++) (await ReadAsync()).Value.ShouldBe(old);
        await Eventually.ShouldBeTrueAsync(() => _asked == 2);

        answer.SetResult(new Thing(_time.GetUtcNow()));
        await Eventually.ShouldBeTrueAsync(async () => (await ReadAsync()).Value != old);
        _asked.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_too_old_for_that_is_read_again_first()
    {
        var old = (await ReadAsync()).Value;
        _time.Advance(ReadThroughCache<Thing>.StaleWhileRevalidate);
        var found = await ReadAsync();
        (found.Value == old, found.FromCache).ShouldBe((false, false));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(23 * 60)]
    public async Task While_the_database_is_away_what_is_kept_is_answered_and_the_rest_is_unknown(int minutes)
    {
        var old = (await ReadAsync()).Value;
        _database = () => throw new DatabaseAway();
        _time.Advance(TimeSpan.FromMinutes(minutes));
        for (var reader = 0; reader < 50; reader++) (await ReadAsync()).Value.ShouldBe(old);
        await Eventually.ShouldBeTrueAsync(() => _asked == 2); // it is not asked again by each of them
        (await ReadAsync("other")).ShouldBe(new Found<Thing>(null, FromCache: false, Away: true));

        _database = () => Task.FromResult<Thing?>(new Thing(_time.GetUtcNow()));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.ShouldBeTrueAsync(async () => (await ReadAsync()).Value != old);
    }

    [Fact]
    public async Task A_database_that_hangs_delays_only_the_first_reader_and_him_not_for_long()
    {
        var old = (await ReadAsync()).Value;
        _database = () => new TaskCompletionSource<Thing?>().Task;
        _time.Advance(ReadThroughCache<Thing>.StaleWhileRevalidate);
        (await ReadAsync().WaitAsync(TimeSpan.FromSeconds(60))).Value.ShouldBe(old);
        var next = ReadAsync();
        next.IsCompleted.ShouldBeTrue();
        (await next).Value.ShouldBe(old);
    }

    [Fact]
    public async Task An_unknown_id_costs_one_load_however_often_it_is_asked_for_and_is_known_once_it_is_announced()
    {
        _database = () => Task.FromResult<Thing?>(null);
        for (var reader = 0; reader < 50; reader++) (await ReadAsync()).ShouldSatisfyAllConditions(found => found.Value.ShouldBeNull(), found => found.Away.ShouldBeFalse());
        _asked.ShouldBe(1);

        _database = () => Task.FromResult<Thing?>(new Thing(_time.GetUtcNow()));
        _cache.Forget("a");
        (await ReadAsync()).Value.ShouldNotBeNull();
    }

    [Fact]
    public async Task What_was_forgotten_during_its_load_is_not_kept()
    {
        var answer = new TaskCompletionSource<Thing?>();
        _database = () => answer.Task;
        var reader = ReadAsync();
        _cache.Forget("a");
        var old = new Thing(_time.GetUtcNow());
        answer.SetResult(old);
        (await reader).Value.ShouldBe(old);

        _database = () => Task.FromResult<Thing?>(new Thing(_time.GetUtcNow()));
        (await ReadAsync()).Value.ShouldNotBe(old);
    }

    public void Dispose() => _cache.Dispose();

    private Task<Found<Thing>> ReadAsync(string key = "a") => _cache.FindAsync(key, default).AsTask();

    private async Task<Found<Thing>> LoadAsync(string key, DateTimeOffset notBefore)
    {
        Interlocked.Increment(ref _asked);
        return new(await _database(), FromCache: false);
    }

    private sealed class Thing(DateTimeOffset readAt) : IReadAt
    {
        public DateTimeOffset ReadAt => readAt;
    }

    private sealed class DatabaseAway : DbException;
}
