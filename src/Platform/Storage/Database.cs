using System.Collections.Concurrent;
using System.Data.Common;

namespace RealtimeTours.Platform.Storage;

/// <summary>
/// The database of this process: PostgreSQL, or a SQLite file. SQL is written once, in the dialect both speak. Reads open a connection;
/// every write goes through <see cref="InTransactionAsync{T}"/>, which also carries the events it causes.
/// </summary>
public sealed class Database(IDatabaseEngine engine, Outbox outbox)
{
    private readonly ConcurrentDictionary<string, byte> _running = new(StringComparer.Ordinal);

    public ISqlDialect Dialect => engine.Dialect;

    /// <summary>A connection for reading.</summary>
    public ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken = default) => engine.Source.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction: commits when it returns, rolls back when it throws. Events it announced are stored in the
    /// same commit and published right after it, by another process if this one dies in between. Keep it short: SQLite has one writer.
    /// </summary>
    public async Task<T> InTransactionAsync<T>(Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default) =>
        (await RunAsync(lockName: null, work, cancellationToken)).Result!;

    /// <inheritdoc cref="InTransactionAsync{T}"/>
    public Task InTransactionAsync(Func<WriteTransaction, Task> work, CancellationToken cancellationToken = default) =>
        InTransactionAsync(async transaction =>
        {
            await work(transaction);
            return true;
        }, cancellationToken);

    /// <summary>As <see cref="InTransactionAsync{T}"/>, but one at a time per <paramref name="lockName"/> over all processes; who comes second is not let in.</summary>
    public async Task<(bool Entered, T? Result)> TryInTransactionAsync<T>(
        string lockName, Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default)
    {
        // This process's own duplicates are turned away before they cost a connection or wait for the writer's turn.
        if (!_running.TryAdd(lockName, 0)) return (false, default);
        try
        {
            return await RunAsync(lockName, work, cancellationToken);
        }
        finally
        {
            _running.TryRemove(lockName, out _);
        }
    }

    /// <summary>For the migrator: the same transaction, with other migrators kept out and no outbox (whose table may not exist yet).</summary>
    internal async Task MigrateAsync(Func<WriteTransaction, Task> work, CancellationToken cancellationToken)
    {
        using var turn = await engine.EnterAsWriterAsync(cancellationToken);
        await using var connection = await engine.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await engine.LockSchemaAsync(transaction, cancellationToken);
        await work(new WriteTransaction(transaction, engine.Dialect, cancellationToken));
        await transaction.CommitAsync(CancellationToken.None);
    }

    private async Task<(bool Entered, T? Result)> RunAsync<T>(
        string? lockName, Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        IReadOnlyList<OutboxRow> announced;
        WriteTransaction write;
        T result;
        using (await engine.EnterAsWriterAsync(cancellationToken))
        {
            await using var connection = await engine.Source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (lockName is not null && !await engine.TryLockAsync(transaction, lockName, cancellationToken)) return (false, default);

            write = new WriteTransaction(transaction, engine.Dialect, cancellationToken);
            result = await work(write);
            announced = outbox.Append(write);
            await write.FlushAsync();
            await transaction.CommitAsync(CancellationToken.None); // past this point a caller that went away changes nothing
        }
        outbox.Dispatch(write, announced);
        return (true, result);
    }
}
