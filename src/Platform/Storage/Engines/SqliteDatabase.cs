using System.Data.Common;
using Microsoft.Data.Sqlite;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>One file in the data folder. SQLite has one writer at a time, so the writers of this process queue here.</summary>
internal sealed class SqliteDatabase(PlatformSettings settings) : IDatabaseEngine, IAsyncDisposable
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Full = 13, CannotOpen = 14;
    private readonly WriterGate _gate = new();
    private readonly SqliteFileSource _source = new(Path.Combine(settings.MakeDataFolder(), "realtimetours.db"));

    public ISqlDialect Dialect { get; } = new SqliteDialect();

    public DbDataSource Source => _source;

    public bool IsShared => false;

    public int Writers => 1;

    // Without this queue a writer would poll in Microsoft.Data.Sqlite, which sleeps 150 ms between tries and is not fair.
    public async ValueTask<IDisposable?> EnterAsWriterAsync(CancellationToken cancellationToken)
    {
        await _gate.Semaphore.WaitAsync(cancellationToken);
        return _gate;
    }

    // The file belongs to this process, whose own set of lock names (in Database) is enough.
    public Task<IReadOnlyList<bool>> PrepareAsync(DbTransaction transaction, string[] locks, LockWait wait, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<bool>>([.. locks.Select(_ => true)]);

    // Not needed: each transaction of Microsoft.Data.Sqlite is BEGIN IMMEDIATE, which already excludes other writers.
    public Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new NoTurn());

    // The result codes of https://www.sqlite.org/rescode.html that concern the file, not the statement.
    public bool LooksAway(Exception error) =>
        error is SqliteException { SqliteErrorCode: Busy or Locked or ReadOnly or IoError or Full or CannotOpen }
        || error.InnerException is { } inner && LooksAway(inner);

    // It has one writer, who never meets another's lock.
    public bool IsLockTimeout(Exception error) => false;

    public bool IsFull(Exception error) => error is SqliteException { SqliteErrorCode: Full } || error.InnerException is { } inner && IsFull(inner);

    // BEGIN IMMEDIATE fails while another process (a backup, a tool) writes.
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        using var turn = await EnterAsWriterAsync(cancellationToken);
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _gate.Semaphore.Dispose();
    }

    private sealed class NoTurn : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class WriterGate : IDisposable
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);

        public void Dispose() => Semaphore.Release();
    }

    private sealed class SqliteFileSource(string file) : DbDataSource
    {
        // synchronous=FULL: a confirmed booking survives a power failure. busy_timeout waits for writers of other processes (backups, tools).
        private const string OnOpen = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

        public override string ConnectionString { get; } =
            new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, Pooling = true, DefaultTimeout = 10 }.ToString();

        protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

        protected override DbConnection OpenDbConnection()
        {
            var connection = new SqliteConnection(ConnectionString);
            try
            {
                connection.Open();
                using var pragmas = connection.CreateCommand();
                pragmas.CommandText = OnOpen;
                pragmas.ExecuteNonQuery();
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }

        // SQLite has no asynchronous calls: an asynchronous method would block as well.
        protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) => new(OpenDbConnection());

        protected override void Dispose(bool disposing) => SqliteConnection.ClearPool(new SqliteConnection(ConnectionString));
    }
}
