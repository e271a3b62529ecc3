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

    private readonly PostgresSource _source =
        new(PostgresAddress.Parse(settings.DatabaseUrl ?? throw new InvalidSettingException("DATABASE_URL is not set.")));

    public ISqlDialect Dialect { get; } = new PostgresDialect();

    public DbDataSource Source => _source;

    public bool IsShared => true;

    public bool IsPooled => _source.IsPooled;

    // With more, groups are smaller: 8 cost a quarter more processor time per booking than 3.
    public int Writers => 4;

    public ValueTask<IDisposable?> EnterAsWriterAsync(CancellationToken cancellationToken) => new((IDisposable?)null);

    public async Task<IReadOnlyList<bool>> PrepareAsync(
        DbTransaction transaction, string[] locks, LockWait wait, CancellationToken cancellationToken)
    {
        // Else they are the connection's, see PostgresAddress.
        var setWait = IsPooled ? PostgresAddress.LimitsOfTransaction : "";
        if (wait == LockWait.Short) setWait += "SET LOCAL lock_timeout = '200ms'; ";
        if (wait == LockWait.Endless) setWait += "SET LOCAL lock_timeout = 0; ";
        if (locks.Length == 0 && setWait.Length == 0) return [];
        return (await transaction.Connection!.QueryAsync<bool>(new CommandDefinition($"""
            {setWait}SELECT pg_try_advisory_xact_lock(hashtextextended(name, 0))
            FROM unnest(@locks) WITH ORDINALITY AS n (name, place) ORDER BY place
            """, new { locks }, transaction, cancellationToken: cancellationToken))).AsList();
    }

    // A lock of a transaction that does nothing else, since a pooler may give the next statement to another session. Polled, each time by a new
    // transaction: CREATE INDEX CONCURRENTLY waits for the end of those that have a snapshot, so one that waits for the lock would deadlock with it.
    // So would the holder, whose SELECT has one until the next statement; SET takes none.
    public async Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            while (true)
            {
                var transaction = await connection.BeginTransactionAsync(cancellationToken);
                if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                    "SELECT pg_try_advisory_xact_lock(@SchemaLock); SET LOCAL idle_in_transaction_session_timeout = 0", new { SchemaLock },
                    transaction, cancellationToken: cancellationToken))) return new SchemaTurn(connection, transaction);
                await transaction.DisposeAsync();
                await Task.Delay(SchemaLockPollInterval, cancellationToken);
            }
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

    private sealed class SchemaTurn(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await transaction.RollbackAsync();
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException) // the session is gone, and its lock with it
            {
            }
            await connection.DisposeAsync();
        }
    }
}
