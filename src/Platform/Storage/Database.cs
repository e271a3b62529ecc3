using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Platform.Storage.Outbox;

namespace RealtimeTours.Platform.Storage;

/// <summary>PostgreSQL, or a SQLite file, with SQL that both understand. Every write goes through <see cref="InTransactionAsync{T}"/>.</summary>
public sealed class Database
{
    private readonly IDatabaseEngine _engine;
    private readonly OutboxWriter _outbox;
    private readonly GroupCommit _groups;
    private readonly ConcurrentDictionary<string, byte> _running = new(StringComparer.Ordinal);

    public Database(IDatabaseEngine engine, OutboxWriter outbox)
    {
        (_engine, _outbox) = (engine, outbox);
        // A group must not be cancelled with its first caller's request; the command timeout bounds it.
        _groups = new GroupCommit((group, wait) => CommitAsync(group, CancellationToken.None, wait), engine.Writers);
    }

    public ISqlDialect Dialect => _engine.Dialect;

    /// <summary>A connection for reading only.</summary>
    public ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken = default) => _engine.Source.OpenConnectionAsync(cancellationToken);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction: commits when it returns, rolls back when it throws. Events it announced are stored in the
    /// same commit and published right after it, by another process if this one dies in between. Keep it short: SQLite has one writer.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled before the commit: nothing was written.</exception>
    public async Task<T> InTransactionAsync<T>(
        Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default, LockWait wait = LockWait.Long)
    {
        T result = default!;
        await CommitAsync([new GroupedWork(lockName: null, order: "", async transaction => result = await work(transaction), cancellationToken)],
            cancellationToken, wait);
        return result;
    }

    public Task InTransactionAsync(
        Func<WriteTransaction, Task> work, CancellationToken cancellationToken = default, LockWait wait = LockWait.Long) =>
        InTransactionAsync(async transaction =>
        {
            await work(transaction);
            return true;
        }, cancellationToken, wait);

    /// <summary>As <see cref="InTransactionAsync{T}"/>, but one at a time per lock over all processes; a second caller is not let in.</summary>
    public Task<Turn<T>> TryInTransactionAsync<T>(
        string lockName, Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default) =>
        TryAsync(lockName, order: "", work, async one =>
        {
            await CommitAsync([one], cancellationToken, LockWait.Long);
            return await one.Entered;
        }, cancellationToken);

    /// <summary>As <see cref="TryInTransactionAsync{T}"/>, in a group commit: work may run more than once; a group commits as one.</summary>
    /// <param name="row">The row it locks first, under a name that all callers use; locking others' first rows could deadlock.</param>
    /// <param name="cancellationToken">Once cancelled, the work does not commit.</param>
    public Task<Turn<T>> TryInGroupAsync<T>(
        string lockName, string row, Func<WriteTransaction, Task<T>> work, CancellationToken cancellationToken = default) =>
        TryAsync(lockName, row, work, _groups.RunAsync, cancellationToken);

    internal Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken) => _engine.LockSchemaAsync(cancellationToken);

    /// <summary>For the migrator: without a timeout and without the outbox, whose table may not exist yet.</summary>
    internal async Task ChangeSchemaAsync(Func<WriteTransaction, Task> work, CancellationToken cancellationToken)
    {
        using var turn = await _engine.EnterAsWriterAsync(cancellationToken);
        await using var connection = await _engine.Source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await _engine.PrepareAsync(transaction, [], LockWait.Endless, cancellationToken);
        await work(new WriteTransaction(transaction, _engine.Dialect, new DeferredStatements(), cancellationToken, commandTimeout: 0));
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>For the migrator: a statement that the database refuses inside a transaction, without a timeout.</summary>
    internal async Task ExecuteOutsideTransactionAsync(string sql, CancellationToken cancellationToken)
    {
        using var turn = await _engine.EnterAsWriterAsync(cancellationToken);
        await using var connection = await _engine.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    private async Task<Turn<T>> TryAsync<T>(
        string lockName, string order, Func<WriteTransaction, Task<T>> work, Func<GroupedWork, Task<bool>> run, CancellationToken cancellationToken)
    {
        // Duplicates within this process are refused before they cost a connection or wait for the writer lock.
        if (!_running.TryAdd(lockName, 0)) return new Turn<T>.Busy();
        try
        {
            T result = default!;
            return await run(new GroupedWork(lockName, order, async transaction => result = await work(transaction), cancellationToken))
                ? new Turn<T>.Taken(result)
                : new Turn<T>.Busy();
        }
        finally
        {
            _running.TryRemove(lockName, out _);
        }
    }

    /// <summary>Runs all works whose lock is free in one transaction, in order; wakes the relays, then tells each caller the outcome.</summary>
    private async Task CommitAsync(IReadOnlyList<GroupedWork> group, CancellationToken cancellationToken, LockWait wait)
    {
        var done = new List<(WriteTransaction Write, uint Shards)>(group.Count);
        var free = group;
        using (await _engine.EnterAsWriterAsync(cancellationToken))
        {
            await using var connection = await _engine.Source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            string[] lockNames = group[0].LockName is null ? [] : [.. group.Select(work => work.LockName!)];
            var locked = await _engine.PrepareAsync(transaction, lockNames, wait, cancellationToken);
            if (lockNames.Length > 0) free = [.. group.Where((_, i) => locked[i])];
            foreach (var work in free) work.Running = true;
            var deferred = new DeferredStatements();
            foreach (var work in free)
            {
                var write = new WriteTransaction(transaction, _engine.Dialect, deferred, cancellationToken);
                await MarkIfLockedAsync([work], () => work.RunAsync(write));
                done.Add((write, _outbox.Append(write)));
            }
            await MarkIfLockedAsync(free, () => deferred.ExecuteAsync(transaction, cancellationToken));
            foreach (var work in free) work.ThrowIfGivenUp();
            foreach (var work in free) work.Running = false;
            if (free.Count > 0) await transaction.CommitAsync(CancellationToken.None); // no longer cancelled with its caller
        }
        foreach (var (write, shards) in done) _outbox.Committed(write, shards);
        foreach (var work in group) work.End(entered: free.Contains(work));
    }

    private async Task MarkIfLockedAsync(IReadOnlyList<GroupedWork> works, Func<Task> statements)
    {
        try
        {
            await statements();
        }
        catch (Exception e) when (_engine.IsLockTimeout(e))
        {
            foreach (var work in works) work.MetLock = true;
            throw;
        }
    }
}
