using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Storage;

public abstract class SchemaMigratorSpecs : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    [Fact]
    public async Task Each_script_is_applied_once_however_many_hosts_start_and_how_often()
    {
        var settings = await NewDatabaseAsync();
        for (var start = 0; start < 2; start++)
        {
            var hosts = Enumerable.Range(0, 3).Select(_ => new StorageHost(settings)).ToArray();
            await Task.WhenAll(hosts.Select(host => host.ReadyAsync()));
            await using (var connection = await hosts[0].Database.OpenAsync())
            {
                var numbers = (await connection.QueryAsync<int>("SELECT number FROM schema_versions ORDER BY number")).ToArray();
                numbers.ShouldBe(SchemaScripts.In(typeof(EventEnvelope).Assembly).InOrder.Select(script => script.Number));
            }
            (await hosts[0].HealthAsync()).ShouldBe(HealthStatus.Healthy);
            foreach (var host in hosts) await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_script_that_changed_after_it_was_applied_is_refused_by_name()
    {
        await using var host = await new StorageHost(await NewDatabaseAsync()).WithoutRelayAsync();
        var changed = SchemaScripts.Core([SchemaScripts.In(typeof(EventEnvelope).Assembly).InOrder[0] with { Checksum = "other" }]);
        var migrator = new SchemaMigrator(host.Database, [changed], new StorageReadiness(), NullLogger<SchemaMigrator>.Instance);
        (await Should.ThrowAsync<InvalidOperationException>(migrator.MigrateAsync(default))).Message.ShouldContain("001_catalogue.sql");
    }

    [Fact]
    public async Task A_script_that_fails_leaves_the_database_as_it_was()
    {
        await using var host = new StorageHost(await NewDatabaseAsync());
        var scripts = SchemaScripts.Core(
            [SchemaScript.Of("001_good.sql", "CREATE TABLE good (id TEXT)"), SchemaScript.Of("002_bad.sql", "CREATE TABLE bad (")]);
        var migrator = new SchemaMigrator(host.Database, [scripts], new StorageReadiness(), NullLogger<SchemaMigrator>.Instance);
        await Should.ThrowAsync<Exception>(migrator.MigrateAsync(default));
        await using var connection = await host.Database.OpenAsync();
        await Should.ThrowAsync<Exception>(connection.ExecuteAsync("SELECT * FROM good"));
    }

    [Fact]
    public async Task Each_module_counts_its_scripts_by_itself_and_one_may_run_outside_a_transaction()
    {
        await using var host = new StorageHost(await NewDatabaseAsync());
        var core = SchemaScripts.Core(SchemaScript.Of("001_core.sql", "CREATE TABLE core (id TEXT)"));
        var module = new SchemaScripts("schema_versions_module",
        [
            SchemaScript.Of("001_table.sql", "CREATE TABLE things (id TEXT)"),
            SchemaScript.Of("002_index.sql", "-- outside a transaction\nCREATE INDEX {concurrently} IF NOT EXISTS things_by_id ON things (id)"),
            SchemaScript.Of("003_column.sql", "ALTER TABLE things ADD COLUMN name TEXT"),
        ]);
        // Several processes at once: those that wait must not hold up the statement that waits for all transactions.
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ =>
            new SchemaMigrator(host.Database, [core, module], new StorageReadiness(), NullLogger<SchemaMigrator>.Instance).MigrateAsync(default)))
            .WaitAsync(TimeSpan.FromMinutes(2));

        await using var connection = await host.Database.OpenAsync();
        (await connection.QueryAsync<int>("SELECT number FROM schema_versions")).ShouldBe([1]);
        (await connection.QueryAsync<int>("SELECT number FROM schema_versions_module ORDER BY number")).ShouldBe([1, 2, 3]);
        await connection.ExecuteAsync("INSERT INTO things (id, name) VALUES ('a', 'b')");
    }

    [Fact]
    public async Task A_script_takes_as_long_as_it_needs()
    {
        await using var host = new StorageHost(Impatient(await NewDatabaseAsync()));
        var slow = SchemaScripts.Core(SchemaScript.Of("001_slow.sql", SlowStatement));
        await new SchemaMigrator(host.Database, [slow], new StorageReadiness(), NullLogger<SchemaMigrator>.Instance).MigrateAsync(default);
    }

    /// <summary>Takes longer than a statement may by these settings.</summary>
    protected abstract string SlowStatement { get; }

    protected abstract PlatformSettings Impatient(PlatformSettings settings);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteSchemaMigratorTests : SchemaMigratorSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(TestDatabases.SqliteIn(Folder));

    protected override string SlowStatement => "CREATE TABLE slow (id TEXT)"; // it knows no limit but for a lock

    protected override PlatformSettings Impatient(PlatformSettings settings) => settings;
}

public sealed class PostgresSchemaMigratorTests : SchemaMigratorSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => TestDatabases.PostgresAsync(Folder);

    protected override string SlowStatement => "DO $$ BEGIN PERFORM pg_sleep(3); END $$";

    protected override PlatformSettings Impatient(PlatformSettings settings) =>
        settings with { DatabaseUrl = settings.DatabaseUrl!.Replace("Command Timeout=120", "Command Timeout=1", StringComparison.Ordinal) };

    [Fact]
    public async Task A_database_that_is_down_at_start_is_waited_for_with_readiness_red()
    {
        await using var server = new PostgresServer();
        await using var host = new StorageHost(TestDatabases.Settings(server.Url(), Folder));
        await host.StartAsync();
        (await host.HealthAsync()).ShouldBe(HealthStatus.Unhealthy);

        await server.StartAsync();
        await host.Get<StorageReadiness>().WhenReady().WaitAsync(TimeSpan.FromMinutes(2));
        (await host.HealthAsync()).ShouldBe(HealthStatus.Healthy);
    }
}
