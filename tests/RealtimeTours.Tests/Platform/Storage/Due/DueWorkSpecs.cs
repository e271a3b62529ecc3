using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dapper;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Resilience;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Due;

namespace RealtimeTours.Tests.Platform.Storage.Due;

public abstract class DueWorkSpecs : IAsyncLifetime
{
    private const int Behind = 1_000;
    private static readonly DueTable<Chore> Chores =
        new("chores", "id", "id AS Id, attempt AS Attempt", new Backoff(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1)));

    private readonly string _work = $"chores-{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, int> _tries = new();
    private PlatformSettings _settings = null!;
    private StorageHost _host = null!;

    private protected StorageHost TheHost => _host;

    private protected static DueTable<Chore> TheChores => Chores;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    public async Task InitializeAsync()
    {
        _settings = await NewDatabaseAsync();
        _host = await new StorageHost(_settings).ReadyAsync();
        await _host.Database.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync("CREATE TABLE chores (id TEXT PRIMARY KEY, due_at TIMESTAMPTZ, attempt INTEGER NOT NULL DEFAULT 0)");
            await transaction.ExecuteAsync("CREATE INDEX chores_due ON chores (due_at)");
            await transaction.ExecuteAsync("CREATE TABLE done (id TEXT NOT NULL)");
        });
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public async Task A_row_that_always_fails_does_not_delay_the_thousand_behind_it()
    {
        await AddAsync("bad", 1, TimeSpan.FromMinutes(-2));
        await AddAsync("good", Behind, TimeSpan.FromMinutes(-1));
        using var sweep = InTable(_host);
        await sweep.StartAsync(default);
        await Eventually.ShouldBeTrueAsync(async () => await CountAsync("done") == Behind && _tries.GetValueOrDefault("bad0000") >= 2);
        await sweep.StopAsync(default);
        (await CountAsync($"chores WHERE id = 'bad0000' AND attempt >= 2 AND due_at > {_host.Database.Dialect.Clock(TimeSpan.Zero)}")).ShouldBe(1);
        _tries["bad0000"].ShouldBeLessThan(10, "its tries come further and further apart");
    }

    [Fact]
    public async Task Without_a_column_for_it_failed_rows_wait_in_memory_and_more_of_them_than_a_page_has_delay_nobody()
    {
        await AddAsync("bad", 450, TimeSpan.FromMinutes(-2));
        await AddAsync("good", Behind, TimeSpan.FromMinutes(-1));
        using var sweep = ByQuery(_host);
        await sweep.OnceAsync(default);
        (await CountAsync("done")).ShouldBe(Behind);
        for (var look = 1; look < 20; look++) await sweep.OnceAsync(default);
        _tries.Values.ShouldAllBe(tries => tries < 10, "most looks come sooner than their next try");

        await AddAsync("good-later", 10, TimeSpan.FromMinutes(-1));
        await sweep.OnceAsync(default);
        (await CountAsync("done")).ShouldBe(Behind + 10);
    }

    [Fact]
    public async Task Rows_that_stay_due_although_they_were_handled_hold_up_nobody()
    {
        await AddAsync("stays", 450, TimeSpan.FromMinutes(-2));
        await AddAsync("good", Behind, TimeSpan.FromMinutes(-1));
        using var sweep = ByQuery(_host);
        await sweep.OnceAsync(default);
        (await CountAsync("done")).ShouldBe(Behind);
        _tries.Values.ShouldAllBe(tries => tries == 1);
    }

    [Fact]
    public async Task Two_processes_handle_each_row_once()
    {
        await AddAsync("good", Behind, TimeSpan.FromMinutes(-1));
        await using var other = await new StorageHost(_settings).ReadyAsync();
        using var first = InTable(_host);
        using var second = InTable(other);
        await Task.WhenAll(first.StartAsync(default), second.StartAsync(default));
        await Eventually.ShouldBeTrueAsync(async () => await CountAsync("chores WHERE due_at IS NOT NULL") == 0);
        await Task.WhenAll(first.StopAsync(default), second.StopAsync(default));
        (await CountAsync("done"), await CountAsync("(SELECT DISTINCT id FROM done) once")).ShouldBe((Behind, Behind));
    }

    [Fact]
    public async Task A_claimed_row_is_nobody_elses_until_its_backoff_is_over_and_each_claim_waits_longer()
    {
        await AddAsync("good", 1, TimeSpan.FromMinutes(-1));
        Task<Chore?> ClaimAsync() => _host.Database.InTransactionAsync(transaction => Chores.ClaimAsync(transaction, "good0000"));
        var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ClaimAsync()));
        claims.OfType<Chore>().ShouldHaveSingleItem().Attempt.ShouldBe(1);
        foreach (var seconds in new[] { 2, 4, 8, 16, 32, 60, 60 })
        {
            var clock = _host.Database.Dialect;
            var (from, to) = (clock.Clock(TimeSpan.FromSeconds(seconds - 2)), clock.Clock(TimeSpan.FromSeconds(seconds)));
            (await CountAsync($"chores WHERE due_at > {from} AND due_at <= {to}")).ShouldBe(1, $"{seconds} s");
            await _host.Database.InTransactionAsync(
                transaction => transaction.ExecuteAsync($"UPDATE chores SET due_at = {clock.Clock(TimeSpan.FromSeconds(-1))}"));
            (await ClaimAsync()).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task The_metrics_tell_how_long_the_oldest_has_waited_and_how_many_have_failed()
    {
        await AddAsync("bad", 3, TimeSpan.FromMinutes(-2));
        var (oldest, failed) = (0.0, 0L);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name.StartsWith("storage.due.", StringComparison.Ordinal)) own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => { if (IsOurs(tags)) oldest = value; });
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => { if (IsOurs(tags)) Interlocked.Add(ref failed, value); });
        listener.Start();
        using var sweep = ByQuery(_host);
        await sweep.OnceAsync(default);
        failed.ShouldBe(3);

        await _host.Get<DueWorkParts>().MeasureAsync(sweep.Work, default);
        listener.RecordObservableInstruments();
        oldest.ShouldBeInRange(120, 180);
        await _host.Database.InTransactionAsync(transaction => transaction.ExecuteAsync("UPDATE chores SET due_at = NULL"));
        await _host.Get<DueWorkParts>().MeasureAsync(sweep.Work, default);
        listener.RecordObservableInstruments();
        oldest.ShouldBe(0);
    }

    private bool IsOurs(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags is [{ Key: "work", Value: string work }] && work == _work;

    private ChoreSweep InTable(StorageHost host) => new(host, sweep => sweep.InTable(_work, HandleAsync));

    private ChoreSweep ByQuery(StorageHost host) => new(host, sweep => sweep.ByQuery(_work, HandleAsync));

    private async Task HandleAsync(WriteTransaction transaction, string id)
    {
        _tries.AddOrUpdate(id, 1, (_, before) => before + 1);
        if (id.StartsWith("stays", StringComparison.Ordinal)) return;
        await transaction.ExecuteAsync("INSERT INTO done (id) VALUES (@id)", new { id }); // rolled back where it fails
        await transaction.ExecuteAsync("UPDATE chores SET due_at = NULL WHERE id = @id", new { id });
        if (id.StartsWith("bad", StringComparison.Ordinal)) throw new InvalidOperationException("This row always fails.");
    }

    private Task AddAsync(string prefix, int count, TimeSpan due) => _host.Database.InTransactionAsync(async transaction =>
    {
        for (var i = 0; i < count; i++)
            await transaction.ExecuteAsync(
                $"INSERT INTO chores (id, due_at) VALUES (@id, {transaction.Dialect.Clock(due)})", new { id = $"{prefix}{i:0000}" });
    });

    private async Task<long> CountAsync(string what)
    {
        await using var connection = await _host.Database.OpenAsync();
        return await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {what}");
    }

    internal sealed class Chore
    {
        public string Id { get; set; } = "";
        public int Attempt { get; set; }
    }

    private sealed class ChoreSweep(StorageHost host, Func<ChoreSweep, DueWork> work)
        : DueSweep(host.Get<DueWorkParts>(), TimeSpan.FromMilliseconds(50))
    {
        private DueWork? _work;

        public DueWork Work => _work ??= work(this);

        public DueWork InTable(string name, Func<WriteTransaction, string, Task> handle) =>
            InTable(name, Chores, (transaction, chore) => handle(transaction, chore.Id));

        public DueWork ByQuery(string name, Func<WriteTransaction, string, Task> handle) =>
            new DueWork<string>(name, Chores.Rows(host.Database.Dialect), InTransaction(handle));

        protected override IReadOnlyList<DueWork> Works() => [Work];
    }
}

public sealed class SqliteDueWorkTests : DueWorkSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));
}

public sealed class PostgresDueWorkTests : DueWorkSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);

    [Fact]
    public async Task What_is_due_is_found_by_the_index_however_much_is_due_later()
    {
        await TheHost.Database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            "INSERT INTO chores (id, due_at) SELECT 'later' || n, clock_timestamp() + interval '1 hour' FROM generate_series(1, 20000) n"));
        var rows = TheChores.Rows(TheHost.Database.Dialect);
        await using var connection = await TheHost.Database.OpenAsync();
        await connection.ExecuteAsync("ANALYZE chores");
        foreach (var sql in new[] { rows.Page(200), rows.Oldest(TheHost.Database.Dialect) })
            string.Join('\n', await connection.QueryAsync<string>($"EXPLAIN (ANALYZE) {sql}")).ShouldContain("Index Cond: (");
    }
}
