using System.Data.Common;
using System.Net.Sockets;
using Dapper;
using Npgsql;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Storage.Engines;

internal sealed class PostgresDatabase(PlatformSettings settings) : IDatabaseEngine, IAsyncDisposable
{
    // Any constant will do, as long as every host of the system uses the same one.
    private const long SchemaLock = 0x7265616C74696D65;

    private static readonly TimeSpan SchemaLockPollInterval = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlDataSource _source =
        PostgresAddress.Parse(settings.DatabaseUrl ?? throw new InvalidSettingException("DATABASE_URL is not set.")).BuildSource();

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

    // Of the session, and polled for: a process that waits inside a statement or transaction would hold up another one's CREATE INDEX CONCURRENTLY, which
    // waits for all of them.
    public async Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            while (!await connection.ExecuteScalarAsync<bool>(
                new CommandDefinition("SELECT pg_try_advisory_lock(@SchemaLock)", new { SchemaLock }, cancellationToken: cancellationToken)))
                await Task.Delay(SchemaLockPollInterval, cancellationToken);
            return new SchemaTurn(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Npgsql's own IsTransient is wider (deadlocks, serialization: a retry of the event mends those) and narrower (no host of several was
    // found). Classes and codes are those of PostgreSQL's manual, appendix A.
    public bool LooksAway(Exception error) => error switch
    {
        PostgresException refused => SaysAway(refused.SqlState),
        NpgsqlOperationInProgressException => false, // a mistake in our code
        // The connection broke or was not made, a command took too long, the pool is exhausted.
        NpgsqlException or SocketException or IOException => true,
        _ => error.InnerException is { } inner && LooksAway(inner),
    };

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        var readOnly = await connection.ExecuteScalarAsync<string>(
            new CommandDefinition("SHOW transaction_read_only", cancellationToken: cancellationToken));
        if (readOnly == "on") throw new InvalidOperationException("It takes no writes."); // a standby, before it is promoted
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static bool SaysAway(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) // connection exception
        || state.StartsWith("28", StringComparison.Ordinal) // it does not let us in: a password that is being changed
        || state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.DiskFull
            or PostgresErrorCodes.InvalidCatalogName // the database is being restored
            or PostgresErrorCodes.ReadOnlySqlTransaction; // a standby

    private sealed class SchemaTurn(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.ExecuteAsync("SELECT pg_advisory_unlock(@SchemaLock)", new { SchemaLock });
            }
            catch (NpgsqlException)
            {
                // the session is gone, and its lock with it
            }
            await connection.DisposeAsync();
        }
    }
}
