using System.Data.Common;
using Dapper;
using Npgsql;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Platform.Storage;

internal sealed class PostgresDatabase(PlatformSettings settings) : IDatabaseEngine, IAsyncDisposable
{
    // Any constant will do, as long as every host of the system uses the same one.
    private const long SchemaLock = 0x7265616C74696D65;

    // Its name stands in metrics and traces, where the address and the user would stand otherwise.
    private readonly NpgsqlDataSource _source = new NpgsqlDataSourceBuilder(Tuned(settings).ConnectionString) { Name = "RealtimeTours" }.Build();

    public ISqlDialect Dialect { get; } = new PostgresDialect();

    public DbDataSource Source => _source;

    public bool IsShared => true;

    // With more at once, groups are smaller: 8 cost a quarter more processor time per booking than 3.
    public int Writers => 4;

    public ValueTask<IDisposable?> EnterAsWriterAsync(CancellationToken cancellationToken) => new((IDisposable?)null);

    public async Task<IReadOnlyList<bool>> TryLockAsync(DbTransaction transaction, string[] names, CancellationToken cancellationToken) =>
        (await transaction.Connection!.QueryAsync<bool>(new CommandDefinition(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(@names) WITH ORDINALITY AS n (name, place) ORDER BY place",
            new { names }, transaction, cancellationToken: cancellationToken))).AsList();

    public Task LockSchemaAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "SELECT pg_advisory_xact_lock(@SchemaLock)", new { SchemaLock }, transaction, cancellationToken: cancellationToken));

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    // What the address says wins; these are only better defaults for a service than Npgsql's.
    private static NpgsqlConnectionStringBuilder Tuned(PlatformSettings settings)
    {
        var address = PostgresAddress.Parse(settings.DatabaseUrl ?? throw new InvalidSettingException("DATABASE_URL is not set."));
        if (!address.ShouldSerialize("Timeout")) address.Timeout = 5;
        if (!address.ShouldSerialize("Command Timeout")) address.CommandTimeout = 15;
        // The same few statements over and over: parse and plan them once. A pgbouncer before 1.21 wants `Max Auto Prepare=0` in the address.
        if (!address.ShouldSerialize("Max Auto Prepare")) address.MaxAutoPrepare = 50;
        if (!address.ShouldSerialize("Application Name")) address.ApplicationName = "RealtimeTours";
        return address;
    }
}
