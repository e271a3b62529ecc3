using System.Data.Common;

namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>The engine under <see cref="Database"/>: a PostgreSQL server, or a SQLite file of this process.</summary>
public interface IDatabaseEngine
{
    ISqlDialect Dialect { get; }

    DbDataSource Source { get; }

    /// <summary>Whether other processes may use the same database.</summary>
    bool IsShared { get; }

    /// <summary>
    /// Whether connections lead to a pooler, where nothing outlives a transaction: neither LISTEN nor settings. False until one was open.
    /// </summary>
    bool IsPooled => false;

    /// <summary>The useful number of concurrent write transactions in one process.</summary>
    int Writers { get; }

    /// <summary>Waits for the writer lock, first come, first served; null at once if the engine has several writers. Dispose it to release.</summary>
    ValueTask<IDisposable?> EnterAsWriterAsync(CancellationToken cancellationToken);

    /// <summary>Begins a write: sets how long it waits for rows, and tries to take locks across processes. Both end with the transaction.</summary>
    /// <returns>For each lock, false if another transaction has taken it.</returns>
    Task<IReadOnlyList<bool>> PrepareAsync(DbTransaction transaction, string[] locks, LockWait wait, CancellationToken cancellationToken);

    /// <summary>Waits until no other process changes the schema. Dispose it to let the next one in.</summary>
    Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken);

    /// <summary>Whether the database may be unavailable (down, starting, full, not answering), as opposed to refusing a statement.</summary>
    bool LooksAway(Exception error);

    /// <summary>Whether a statement waited too long for a row that another transaction has locked.</summary>
    bool IsLockTimeout(Exception error);

    /// <summary>Whether the database's disk is full.</summary>
    bool IsFull(Exception error);

    /// <summary>Throws while the database cannot be written. On a full disk it may not: it writes no data.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}
