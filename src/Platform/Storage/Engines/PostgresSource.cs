using System.Data.Common;
using Npgsql;

namespace RealtimeTours.Platform.Storage.Engines;

/// <summary>
/// Connections to PostgreSQL, or to a pooler in front of it such as PgBouncer, which in transaction mode gives each transaction another of the
/// server's sessions. Which it is, is found out with the first connection.
/// </summary>
internal sealed class PostgresSource(PostgresAddress address) : DbDataSource
{
    private readonly Lock _gate = new();
    private Task<Chosen>? _chosen;

    /// <summary>Without a password.</summary>
    public override string ConnectionString =>
        new NpgsqlConnectionStringBuilder(address.Keywords.ConnectionString) { Password = null }.ConnectionString;

    /// <summary>
    /// Whether what is set on a connection, or listened to, may be lost at the end of each transaction. False until the first connection was open.
    /// </summary>
    public bool IsPooled => _chosen is { IsCompletedSuccessfully: true, Result.IsPooled: true };

    public new async ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken) =>
        await (await ChosenAsync().WaitAsync(cancellationToken)).Source.OpenConnectionAsync(cancellationToken);

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken) =>
        await OpenConnectionAsync(cancellationToken);

    protected override DbConnection CreateDbConnection() => throw new NotSupportedException("Connections are opened asynchronously.");

    protected override async ValueTask DisposeAsyncCore()
    {
        if (_chosen is { IsCompletedSuccessfully: true }) await (await _chosen).Source.DisposeAsync();
    }

    private Task<Chosen> ChosenAsync()
    {
        lock (_gate)
        {
            // Fails while the server is away; the next caller tries again.
            if (_chosen is null or { IsFaulted: true } or { IsCanceled: true }) _chosen = ChooseAsync();
            return _chosen;
        }
    }

    private async Task<Chosen> ChooseAsync()
    {
        await using var probe = address.BuildProbe();
        await using var connection = await probe.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        // A pooler cannot name the server's process when a client connects: it makes a number up.
        var isPooled = (int)(await command.ExecuteScalarAsync())! != connection.ProcessID;
        return new Chosen(isPooled ? address.BuildPooledSource() : address.BuildSource(), isPooled);
    }

    private sealed record Chosen(NpgsqlDataSource Source, bool IsPooled);
}
