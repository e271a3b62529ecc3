using System.Data.Common;
using System.Net.Sockets;
using Dapper;
using Npgsql;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Storage.Engines;

internal sealed class PostgresDatabase(PlatformSettings settings) : IDatabaseEngine, IAsyncDisposable
{
    // An advisory lock's key: an arbitrary constant, the same in every host of the system.
    private const long SchemaLock = 0x7265616C74696D65;

    private static readonly TimeSpan SchemaLockPollInterval = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlDataSource _source =
        PostgresAddress.Parse(settings.DatabaseUrl ?? throw new InvalidSettingException("DATABASE_URL is not set.")).BuildSource();

    public ISqlDialect Dialect { get; } = new PostgresDialect();

    public DbDataSource Source => _source;

    public bool IsShared => true;

    // With more, groups are smaller: 8 cost a quarter more processor time per booking than 3.
    public int Writers => 4;

    public ValueTask<IDisposable?> EnterAsWriterAsync(CancellationToken cancellationToken) => new((IDisposable?)null);

    public async Task<IReadOnlyList<bool>> PrepareAsync(
        DbTransaction transaction, string[] locks, LockWait wait, CancellationToken cancellationToken)
    {
        var setWait = wait switch
        {
            LockWait.Short => "SET LOCAL lock_timeout = '200ms'; ",
            LockWait.Endless => "SET LOCAL lock_timeout = 0; ",
            _ => "", // the connection's, see PostgresAddress
        };
        if (locks.Length == 0 && setWait.Length == 0) return [];
        return (await transaction.Connection!.QueryAsync<bool>(new CommandDefinition($"""
            {setWait}SELECT pg_try_advisory_xact_lock(hashtextextended(name, 0))
            FROM unnest(@locks) WITH ORDINALITY AS n (name, place) ORDER BY place
            """, new { locks }, transaction, cancellationToken: cancellationToken))).AsList();
    }

    // A session-level advisory lock, polled: a wait inside a transaction would deadlock with CREATE INDEX CONCURRENTLY, which waits for it.
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

    // Unlike Npgsql's IsTransient: without deadlocks and serialization failures, which the event's retry fixes, and with "no host found".
    // Classes and codes are those of PostgreSQL's manual, appendix A.
    public bool LooksAway(Exception error) => error switch
    {
        PostgresException refused => SaysAway(refused.SqlState),
        NpgsqlOperationInProgressException => false, // a bug in our code
        // A broken or failed connection, a command timeout, an exhausted pool.
        NpgsqlException or SocketException or IOException => true,
        _ => error.InnerException is { } inner && LooksAway(inner),
    };

    public bool IsLockTimeout(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    public bool IsFull(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.DiskFull } || error.InnerException is { } inner && IsFull(inner);

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        var readOnly = await connection.ExecuteScalarAsync<string>(
            new CommandDefinition("SHOW transaction_read_only", cancellationToken: cancellationToken));
        if (readOnly == "on") throw new InvalidOperationException("It takes no writes."); // a standby before its promotion
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static bool SaysAway(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) // connection exception
        || state.StartsWith("28", StringComparison.Ordinal) // login refused, as while a password is being changed
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
            catch (NpgsqlException) // the session is gone, and its lock with it
            {
            }
            await connection.DisposeAsync();
        }
    }
}
