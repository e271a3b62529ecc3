using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.Platform.Storage.Schema;

/// <summary>
/// Brings the schema up to date at start: each numbered script once, in order, all in one transaction, under a lock that all hosts share.
/// While the database is down it keeps trying; the host runs on with readiness red.
/// </summary>
internal sealed partial class SchemaMigrator(Database database, SchemaScripts scripts, StorageReadiness readiness, ILogger<SchemaMigrator> logger)
    : BackgroundService
{
    private static readonly Backoff Backoff = new(First: TimeSpan.FromMilliseconds(100), Longest: TimeSpan.FromSeconds(2));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // SQLite has no asynchronous calls: do not hold up the host's start
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

    /// <exception cref="InvalidOperationException">A script that was applied has changed since.</exception>
    internal Task MigrateAsync(CancellationToken cancellationToken) => database.MigrateAsync(async transaction =>
    {
        await transaction.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS schema_versions (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TIMESTAMPTZ NOT NULL)");
        var applied = (await transaction.QueryAsync<AppliedScript>("SELECT number, name, checksum FROM schema_versions")).ToDictionary(row => row.Number);
        foreach (var script in scripts.InOrder)
        {
            if (applied.TryGetValue(script.Number, out var before))
            {
                if (before.Checksum != script.Checksum)
                    throw new InvalidOperationException(
                        $"Schema script {script.Name} was applied to this database as {before.Name} with other text. " +
                        "Applied scripts must not change: restore it and put the change into a new script.");
                continue;
            }
            await transaction.ExecuteAsync(script.Sql.Replace("{identity}", transaction.Dialect.Identity, StringComparison.Ordinal));
            await transaction.ExecuteAsync(
                $"INSERT INTO schema_versions (number, name, checksum, applied_at) VALUES (@Number, @Name, @Checksum, {transaction.Dialect.Clock(TimeSpan.Zero)})",
                new { script.Number, script.Name, script.Checksum });
            LogApplied(logger, script.Name);
        }
    }, cancellationToken);

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
