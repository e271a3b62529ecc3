using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Correlation;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>Bookings that wait at the same time share a commit, and nothing else: neither a failure nor a lock.</summary>
public abstract class GroupCommitSpecs : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task What_comes_while_a_group_runs_is_the_next_group_and_one_commit()
    {
        await using var host = await ReadyAsync();
        var (first, release) = await HoldTheLaneAsync(host);
        var seenFromOutside = new ConcurrentQueue<int>();
        var rest = Enumerable.Range(1, 20).Select(n => AddAsync(host, $"t{n}", async _ => seenFromOutside.Enqueue((await TourIdsAsync(host)).Length)))
            .ToArray();
        release.SetResult();
        await Task.WhenAll(rest.Append(first));
        rest.ShouldAllBe(work => work.Result is Turn<int>.Taken);
        seenFromOutside.ShouldBe(Enumerable.Repeat(1, 20)); // the first: none of them was committed before all had run
        (await TourIdsAsync(host)).Length.ShouldBe(21);
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Published.Count == 21);
    }

    [Fact]
    public async Task Each_ones_events_carry_its_callers_correlation_id()
    {
        await using var host = await ReadyAsync();
        var (first, release) = await HoldTheLaneAsync(host);
        var group = Enumerable.Range(1, 5).Select(n => Task.Run(() =>
        {
            CorrelationContext.Begin($"req_t{n}");
            return AddAsync(host, $"t{n}");
        })).ToArray();
        release.SetResult();
        await Task.WhenAll(group.Append(first));
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Published.Count == 6);
        foreach (var n in Enumerable.Range(1, 5)) host.Bus.Published.ShouldContain(message => message.CorrelationId == $"req_t{n}");
    }

    [Fact]
    public async Task Who_fails_does_not_harm_the_others()
    {
        await using var host = await ReadyAsync();
        var (first, release) = await HoldTheLaneAsync(host);
        var before = AddAsync(host, "before");
        var broken = AddAsync(host, "broken", transaction => transaction.ExecuteAsync("INSERT INTO tours (id) VALUES (NULL)"));
        var refused = AddAsync(host, "refused", _ => throw new InvalidOperationException("no"));
        var late = AddAsync(host, "late", transaction =>
        {
            transaction.Defer("INSERT INTO tours (id) VALUES (@late)", new { late = "first" }); // is there already: fails in the flush
            return Task.CompletedTask;
        });
        var after = AddAsync(host, "after");
        release.SetResult();
        await Task.WhenAll(first, before, after);
        await Should.ThrowAsync<DbException>(broken);
        await Should.ThrowAsync<DbException>(late);
        (await Should.ThrowAsync<InvalidOperationException>(refused)).Message.ShouldBe("no");
        (await TourIdsAsync(host)).ShouldBe(["after", "before", "first"]);
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Published.Count == 3);
        (await AddAsync(host, "next")).ShouldBeOfType<Turn<int>.Taken>();
    }

    [Fact]
    public async Task Who_gave_up_waiting_never_runs()
    {
        await using var host = await ReadyAsync();
        var (first, release) = await HoldTheLaneAsync(host);
        using var visitor = new CancellationTokenSource();
        var gone = AddAsync(host, "gone", cancellationToken: visitor.Token);
        var stays = AddAsync(host, "stays");
        await visitor.CancelAsync();
        release.SetResult();
        await Task.WhenAll(first, stays);
        await Should.ThrowAsync<OperationCanceledException>(gone);
        (await TourIdsAsync(host)).ShouldBe(["first", "stays"]);
        (await AddAsync(host, "gone")).ShouldBeOfType<Turn<int>.Taken>(); // its lock is free again
    }

    [Fact]
    public async Task A_lock_that_somebody_holds_keeps_out_one_and_not_its_group()
    {
        var settings = await NewDatabaseAsync();
        await using var host = await new StorageHost(settings).ReadyAsync();
        await using var other = await new StorageHost(settings).ReadyAsync();
        var others = settings.DatabaseUrl is null ? host : other; // a SQLite file has one process
        var (first, release) = await HoldTheLaneAsync(host, lockName: "wanted");
        var group = new[] { AddAsync(host, "a"), TryAddAsync(others, "wanted", "b"), AddAsync(host, "c") };
        if (others == other) (await group[1]).ShouldBeOfType<Turn<int>.Busy>(); // the other process does not wait for this one's lane
        release.SetResult();
        await Task.WhenAll([first, .. group]);
        group.Select(work => work.Result is Turn<int>.Taken).ShouldBe([true, false, true]);
        (await TourIdsAsync(host)).ShouldBe(["a", "c", "first"]);
    }

    [Fact]
    public async Task Groups_over_the_same_rows_never_wait_for_each_other_in_a_circle()
    {
        var settings = await NewDatabaseAsync();
        await using var first = await new StorageHost(settings).ReadyAsync();
        await using var second = await new StorageHost(settings).ReadyAsync();
        const int Rows = 6, Workers = 24, Rounds = 25;
        var runs = 0;
        for (var n = 0; n < Rows; n++) await AddAsync(first, $"t{n}");
        StorageHost[] hosts = settings.DatabaseUrl is null ? [first] : [first, second];
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var round = 0; round < Rounds; round++)
            {
                var row = $"t{random.Next(Rows)}";
                (await hosts[worker % hosts.Length].Database.TryInGroupAsync($"{worker}", row, transaction =>
                {
                    Interlocked.Increment(ref runs);
                    return transaction.ExecuteAsync("UPDATE tours SET price_minor = price_minor + 1 WHERE id = @row", new { row });
                })).ShouldBeOfType<Turn<int>.Taken>();
            }
        })));
        await using var connection = await first.Database.OpenAsync();
        (await connection.ExecuteScalarAsync<long>("SELECT SUM(price_minor) FROM tours")).ShouldBe(Rows * 1_000 + Workers * Rounds);
        runs.ShouldBe(Workers * Rounds, "a group that waits in a circle fails and runs again");
    }

    private async Task<StorageHost> ReadyAsync() => await new StorageHost(await NewDatabaseAsync()).ReadyAsync();

    /// <summary>The first is in its transaction until released: whoever comes meanwhile waits together.</summary>
    private async Task<(Task First, TaskCompletionSource Release)> HoldTheLaneAsync(StorageHost host, string lockName = "first")
    {
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = TryAddAsync(host, lockName, "first", async _ =>
        {
            started.SetResult();
            await release.Task;
        });
        await started.Task;
        return (first, release);
    }

    private Task<Turn<int>> AddAsync(
        StorageHost host, string id, Func<WriteTransaction, Task>? then = null, CancellationToken cancellationToken = default) =>
        TryAddAsync(host, id, id, then, cancellationToken);

    private Task<Turn<int>> TryAddAsync(
        StorageHost host, string lockName, string id, Func<WriteTransaction, Task>? then = null, CancellationToken cancellationToken = default) =>
        host.Database.TryInGroupAsync(lockName, row: "the same", async transaction =>
        {
            await DatabaseSpecs.AddTourAsync(transaction, id);
            transaction.Announce(host.Events.Create("tour.created", new { tourId = id }));
            if (then is not null) await then(transaction);
            return 0;
        }, cancellationToken);

    private static async Task<string[]> TourIdsAsync(StorageHost host)
    {
        await using var connection = await host.Database.OpenAsync();
        return [.. await connection.QueryAsync<string>("SELECT id FROM tours ORDER BY id")];
    }

    public virtual void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteGroupCommitTests : GroupCommitSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));
}

public sealed class PostgresGroupCommitTests : GroupCommitSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);
}

public sealed class PgBouncerGroupCommitTests : GroupCommitSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PgBouncerAsync(Folder);
}
