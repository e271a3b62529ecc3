using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.Platform.Storage.Schema;

/// <summary>At start runs each numbered script once, in order, under a lock of all hosts. Retries, not ready, while the database is down.</summary>
internal sealed partial class SchemaMigrator(
    Database database, IEnumerable<SchemaScripts> parts, StorageReadiness readiness, ILogger<SchemaMigrator> logger) : BackgroundService
{
    private static readonly Backoff Backoff = new(First: TimeSpan.FromMilliseconds(100), Longest: TimeSpan.FromSeconds(2));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // SQLite has no asynchronous calls: do not block the host's start
        string? lastFailure = null;
        for (var failures = 0; !stoppingToken.IsCancellationRequested; failures++)
        {
            try
            {
                await MigrateAsync(stoppingToken);
                readiness.Set();
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (lastFailure != e.Message) LogFailed(logger, e.Message);
                lastFailure = e.Message;
            }
            await Task.Delay(Backoff.After(failures), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <exception cref="InvalidOperationException">An applied script has changed since.</exception>
    internal async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var turn = await database.LockSchemaAsync(cancellationToken);
        foreach (var part in parts) await MigrateAsync(part, cancellationToken);
    }

    private async Task MigrateAsync(SchemaScripts part, CancellationToken cancellationToken)
    {
        if (part.InOrder.Count == 0) return;
        var waiting = new Queue<SchemaScript>(await NotAppliedAsync(part, cancellationToken));
        while (waiting.TryPeek(out var next))
        {
            if (next.IsOutsideTransaction)
            {
                await database.ExecuteOutsideTransactionAsync(Statement(next.Sql), cancellationToken);
                await database.ChangeSchemaAsync(transaction => NoteAsync(transaction, part, waiting.Dequeue()), cancellationToken);
                continue;
            }
            // All scripts up to the next one outside a transaction are applied, or none.
            await database.ChangeSchemaAsync(async transaction =>
            {
                while (waiting.TryPeek(out var script) && !script.IsOutsideTransaction)
                {
                    await transaction.ExecuteAsync(Statement(script.Sql));
                    await NoteAsync(transaction, part, waiting.Dequeue());
                }
            }, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<SchemaScript>> NotAppliedAsync(SchemaScripts part, CancellationToken cancellationToken)
    {
        Dictionary<int, AppliedScript> applied = [];
        await database.ChangeSchemaAsync(async transaction =>
        {
            await transaction.ExecuteAsync(
                $"CREATE TABLE IF NOT EXISTS {part.Journal} " +
                "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL)");
            applied = (await transaction.QueryAsync<AppliedScript>($"SELECT number, name, checksum FROM {part.Journal}"))
                .ToDictionary(row => row.Number);
        }, cancellationToken);
        foreach (var script in part.InOrder)
            if (applied.TryGetValue(script.Number, out var before) && before.Checksum != script.Checksum)
                throw new InvalidOperationException(
                    $"Schema script {script.Name} was applied to this database as {before.Name} with other text. " +
                    "Applied scripts must not change: restore it and put the change into a new script.");
        return [.. part.InOrder.Where(script => !applied.ContainsKey(script.Number))];
    }

    private async Task NoteAsync(WriteTransaction transaction, SchemaScripts part, SchemaScript script)
    {
        await transaction.ExecuteAsync(
            $"INSERT INTO {part.Journal} (number, name, checksum, applied_at) " +
            $"VALUES (@Number, @Name, @Checksum, {transaction.Dialect.Clock(TimeSpan.Zero)})",
            new { script.Number, script.Name, script.Checksum });
        LogApplied(logger, script.Name);
    }

    private string Statement(string sql) => sql
        .Replace("{identity}", database.Dialect.Identity, StringComparison.Ordinal)
        .Replace("{concurrently}", database.Dialect.Concurrently, StringComparison.Ordinal);

    internal sealed class AppliedScript
    {
        public int Number { get; set; }
        public string Name { get; set; } = "";
        public string Checksum { get; set; } = "";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Schema script {Script} applied")]
    private static partial void LogApplied(ILogger logger, string script);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database schema is not ready, trying again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
