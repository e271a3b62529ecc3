using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.Tests.Platform.Storage.Leases;

public abstract class LeaseSpecs : IAsyncLifetime
{
    // Not shorter: on a busy machine a renewal may take seconds.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(8);
    private StorageHost _host = null!;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    public async Task InitializeAsync()
    {
        _host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        await _host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync("CREATE TABLE written (who TEXT NOT NULL)"));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_gets_the_lease_and_the_next_when_it_lets_go()
    {
        var processes = Enumerable.Range(0, 10).Select(_ => Process()).ToArray();
        var answers = await Task.WhenAll(processes.Select(process => process.TryTakeAsync("one", TimeSpan.FromMinutes(1), default)));
        var taken = answers.OfType<Lease>().ToArray();
        taken.Length.ShouldBe(1);
        processes.Count(process => process.IsOwned("one")).ShouldBe(1);
        await using (await Process().TryTakeAsync("another", Short, default).ShouldNotBeNullAsync()) await taken[0].DisposeAsync();
        processes.ShouldAllBe(process => !process.IsOwned("one"));
        await using var next = await Process().TryTakeAsync("one", Short, default).ShouldNotBeNullAsync();
    }

    [Fact]
    public async Task It_is_renewed_for_as_long_as_it_is_held()
    {
        await using var lease = await Process().TryTakeAsync("one", Longer, default).ShouldNotBeNullAsync();
        var first = await EndAsync();
        await Eventually.ShouldBeTrueAsync(async () => await EndAsync() > first + Longer / 3);
        (await Process().TryTakeAsync("one", Longer, default)).ShouldBeNull();
        (lease.IsSure, lease.Lost.IsCancellationRequested).ShouldBe((true, false));
    }

    [Fact]
    public async Task A_holder_whose_lease_was_taken_hears_of_it()
    {
        await using var lease = await Process().TryTakeAsync("one", Short, default).ShouldNotBeNullAsync();
        await _host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync("UPDATE leases SET holder = 'another'"));
        await Eventually.ShouldBeTrueAsync(() => lease.Lost.IsCancellationRequested);
        lease.IsSure.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_frozen_process_writes_when_it_wakes_is_refused_by_the_fence()
    {
        var frozen = new DatabaseLeases(_host.Database, new FrozenTime(), NullLogger<DatabaseLeases>.Instance);
        await using var lost = await frozen.TryTakeAsync("one", Short, default).ShouldNotBeNullAsync();
        await WriteAsync(lost, "the first holder");

        Lease? taken = null;
        await Eventually.ShouldBeTrueAsync(async () => (taken = await Process().TryTakeAsync("one", TimeSpan.FromMinutes(1), default)) is not null);
        await using var holder = taken!;
        lost.Lost.IsCancellationRequested.ShouldBeFalse("it cannot know");
        await Should.ThrowAsync<LeaseLostException>(WriteAsync(lost, "the frozen one"));
        await WriteAsync(holder, "the second holder");
        await lost.DisposeAsync(); // does not take the lease from the other
        await WriteAsync(holder, "the second holder");
        (await WrittenAsync()).ShouldBe(["the first holder", "the second holder", "the second holder"]);
        _host.Bus.Published.ShouldBeEmpty();
    }

    private DatabaseLeases Process() => new(_host.Database, TimeProvider.System, NullLogger<DatabaseLeases>.Instance);

    private static Task WriteAsync(Lease lease, string who) =>
        lease.InTransactionAsync(transaction => transaction.ExecuteAsync("INSERT INTO written (who) VALUES (@who)", new { who }));

    private async Task<IEnumerable<string>> WrittenAsync()
    {
        await using var connection = await _host.Database.OpenAsync();
        return await connection.QueryAsync<string>("SELECT who FROM written");
    }

    private async Task<DateTimeOffset> EndAsync()
    {
        await using var connection = await _host.Database.OpenAsync();
        return (await connection.QuerySingleAsync<LeaseRow>("SELECT expires_at AS ExpiresAt FROM leases WHERE name = 'one'")).ExpiresAt;
    }

    private sealed class LeaseRow
    {
        public DateTimeOffset ExpiresAt { get; set; }
    }
}

internal static class LeaseAssertions
{
    public static async Task<Lease> ShouldNotBeNullAsync(this Task<Lease?> lease) => (await lease).ShouldNotBeNull();
}

public sealed class SqliteLeaseTests : LeaseSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));
}

public sealed class PostgresLeaseTests : LeaseSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);

    [Fact]
    public async Task Nobody_takes_a_lease_between_the_fence_and_the_commit()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        var leases = host.Get<DatabaseLeases>();
        await using var lease = await leases.TryTakeAsync("one", TimeSpan.FromMinutes(1), default).ShouldNotBeNullAsync();
        Task<Lease?>? taking = null;
        await host.Database.InTransactionAsync(async transaction =>
        {
            // What a fenced write does last: from here to the commit the lease's row is locked.
            await transaction.FirstOrDefaultAsync<int>($"SELECT 1 FROM leases WHERE name = 'one' {transaction.Dialect.ForUpdate}");
            taking = leases.TryTakeAsync("one", TimeSpan.FromMinutes(1), default);
            await Eventually.ShouldBeTrueAsync(async () => await WaitingAsync(host) == 1);
        });
        (await taking!).ShouldBeNull();
    }

    private static async Task<long> WaitingAsync(StorageHost host)
    {
        await using var connection = await host.Database.OpenAsync();
        return await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
    }
}
