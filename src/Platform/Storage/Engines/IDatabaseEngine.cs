using System.Data.Common;

namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>The seam under <see cref="Database"/>: a PostgreSQL server, or a SQLite file of this process.</summary>
public interface IDatabaseEngine
{
    ISqlDialect Dialect { get; }

    DbDataSource Source { get; }

    /// <summary>Whether other processes may use the same database.</summary>
    bool IsShared { get; }

    /// <summary>How many write transactions of one process are worth running at once.</summary>
    int Writers { get; }

    /// <summary>Waits for the right to write; dispose to hand it on. First come, first served where the engine has one writer, else at once.</summary>
    ValueTask<IDisposable?> EnterAsWriterAsync(CancellationToken cancellationToken);

    /// <summary>Tries to take locks that all processes on this database see and that end with the transaction; false for each that is taken.</summary>
    Task<IReadOnlyList<bool>> TryLockAsync(DbTransaction transaction, string[] names, CancellationToken cancellationToken);

    /// <summary>Waits until no other process changes the schema; dispose to let the next one in.</summary>
    Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether an error may mean that nobody can write at the moment: the server is down, starting, out of reach, full, or does not answer.
    /// Not: that it refuses this statement.
    /// </summary>
    bool LooksAway(Exception error);

    /// <summary>Throws while the database cannot be written.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}
