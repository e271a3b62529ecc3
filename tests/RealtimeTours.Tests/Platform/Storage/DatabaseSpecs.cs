using Dapper;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>What both engines promise.</summary>
public abstract class DatabaseSpecs : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task Timestamps_come_back_in_utc_and_order_as_instants()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        var noon = new DateTimeOffset(2026, 2, 10, 12, 0, 0, TimeSpan.Zero);
        DateTimeOffset[] starts =
            [noon, noon.AddMilliseconds(500), noon.AddMilliseconds(550), noon.AddSeconds(1), noon.AddTicks(12_345_678), noon.AddDays(300)];
        await host.Database.InTransactionAsync(async transaction =>
        {
            await AddTourAsync(transaction, "t1");
            foreach (var start in starts.Reverse())
                await transaction.ExecuteAsync(
                    "INSERT INTO departures (tour_id, starts_at, capacity, available_spots, closed_by_operator, updated_at) VALUES ('t1', @start, " +
                    "9, 9, @closed, @start)",
                    new { start = start.ToOffset(TimeSpan.FromHours(5)), closed = start == noon });
        });

        await using var connection = await host.Database.OpenAsync();
        var rows = (await connection.QueryAsync<Row>("SELECT starts_at AS StartsAt, closed AS Closed FROM departures ORDER BY starts_at")).ToArray();
        rows.Select(row => row.StartsAt).ShouldBe(starts.Select(start => start.AddTicks(-(start.Ticks % 10))).Order());
        rows.ShouldAllBe(row => row.StartsAt.Offset == TimeSpan.Zero);
        rows.Select(row => row.Closed).ShouldBe(rows.Select(row => row.StartsAt == noon));
        foreach (var (start, index) in starts.Order().Select((start, index) => (start, index)))
        {
            (await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM departures WHERE starts_at < @start", new { start })).ShouldBe(index);
            (await connection.ExecuteScalarAsync<int>(
                "SELECT COUNT(*) FROM departures WHERE starts_at = @start AND NOT closed", new { start })).ShouldBe(start == noon ? 0 : 1);
        }
    }

    [Fact]
    public async Task The_databases_clock_compares_with_timestamps_of_the_program()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        var dialect = host.Database.Dialect;
        var now = DateTimeOffset.UtcNow;
        await host.Database.InTransactionAsync(async transaction =>
        {
            await AddTourAsync(transaction, "t1");
            await transaction.ExecuteAsync("UPDATE tours SET updated_at = @now, last_synced_at = @later", new { now, later = now.AddSeconds(30) });
        });
        await using var connection = await host.Database.OpenAsync();
        (await connection.ExecuteScalarAsync<int>($"SELECT COUNT(*) FROM tours WHERE updated_at < {dialect.Clock(TimeSpan.FromSeconds(5))}"))
            .ShouldBe(1);
        (await connection.ExecuteScalarAsync<int>($"SELECT COUNT(*) FROM tours WHERE updated_at < {dialect.Clock(TimeSpan.FromSeconds(-20))}"))
            .ShouldBe(0);
        (await connection.ExecuteScalarAsync<int>($"SELECT COUNT(*) FROM tours WHERE last_synced_at > {dialect.Clock(TimeSpan.Zero)}")).ShouldBe(1);
    }

    [Fact]
    public async Task Parallel_writers_all_get_their_turn_and_lose_nothing()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        await host.Database.InTransactionAsync(transaction => AddTourAsync(transaction, "t1"));
        // Twice as many as there are connections in the pool.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
                await host.Database.InTransactionAsync(
                    transaction => transaction.ExecuteAsync("UPDATE tours SET price_minor = price_minor + 1 WHERE id = 't1'"));
        })));
        await using var connection = await host.Database.OpenAsync();
        (await connection.ExecuteScalarAsync<long>("SELECT price_minor FROM tours")).ShouldBe(1_200);
    }

    [Fact]
    public async Task What_throws_leaves_no_trace_and_publishes_nothing()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        await Should.ThrowAsync<InvalidOperationException>(host.Database.InTransactionAsync(async transaction =>
        {
            await AddTourAsync(transaction, "t1");
            transaction.Announce(host.Events.Create("tour.created", new { tourId = "t1" }));
            throw new InvalidOperationException();
        }));
        await using var connection = await host.Database.OpenAsync();
        (await connection.ExecuteScalarAsync<long>("SELECT (SELECT COUNT(*) FROM tours) + (SELECT COUNT(*) FROM outbox)")).ShouldBe(0);
        host.Bus.Published.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_named_transaction_lets_nobody_else_in_until_it_ends()
    {
        var settings = await NewDatabaseAsync();
        await using var first = await new StorageHost(settings).ReadyAsync();
        await using var second = await new StorageHost(settings).ReadyAsync();
        var others = settings.DatabaseUrl is null ? first : second; // a SQLite file has one process
        (await first.Database.TryInTransactionAsync("key", async _ => await others.Database.TryInTransactionAsync("key", _ => Task.FromResult(1))))
            .ShouldBe(new Turn<Turn<int>>.Taken(new Turn<int>.Busy()));
        (await others.Database.TryInTransactionAsync("key", _ => Task.FromResult(7))).ShouldBe(new Turn<int>.Taken(7));
    }

    [Fact]
    public async Task The_inbox_lets_an_event_in_once_per_consumer()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        Task<IReadOnlySet<string>> EnterAsync(string consumer, params string[] ids) =>
            host.Database.InTransactionAsync(transaction => InboxTable.EnterAsync(transaction, consumer, ids));
        (await EnterAsync("loyalty", "evt_1")).ShouldBe(["evt_1"]);
        (await EnterAsync("loyalty", "evt_1")).ShouldBeEmpty();
        (await EnterAsync("loyalty", "evt_3", "evt_1", "evt \"2\"", "evt_3")).ShouldBe(["evt_3", "evt \"2\""], ignoreOrder: true);
        (await EnterAsync("notifications", "evt_1")).ShouldBe(["evt_1"]);
    }

    internal static Task AddTourAsync(WriteTransaction transaction, string id) => transaction.ExecuteAsync("""
        INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, updated_at)
        VALUES (@id, 'Tour', 'Lisbon', 'walk', 2, 1000, 'EUR', @now)
        """, new { id, now = DateTimeOffset.UtcNow });

    public virtual void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private sealed class Row
    {
        public DateTimeOffset StartsAt { get; set; }
        public bool Closed { get; set; }
    }
}

public sealed class SqliteDatabaseTests : DatabaseSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));

    [Fact]
    public async Task The_engine_is_newer_than_those_with_CVE_2025_6965()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).ReadyAsync();
        await using var connection = await host.Database.OpenAsync();
        Version.Parse((await connection.ExecuteScalarAsync<string>("SELECT sqlite_version()"))!).ShouldBeGreaterThanOrEqualTo(new Version(3, 50, 2));
    }
}

public sealed class PostgresDatabaseTests : DatabaseSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);
}

public sealed class PgBouncerDatabaseTests : DatabaseSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PgBouncerAsync(Folder);
}
