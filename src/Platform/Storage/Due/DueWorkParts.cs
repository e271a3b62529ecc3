using Dapper;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Platform.Storage.Due;

public sealed partial class DueWorkParts(
    Database database, StorageReadiness readiness, StorageMetrics metrics, TimeProvider time, ILogger<DueWorkParts> logger)
{
    public Database Database => database;

    public TimeProvider Time => time;

    internal StorageReadiness Readiness => readiness;

    internal void Failed(string work, string row, string reason)
    {
        metrics.DueFailed(work);
        LogFailed(logger, work, row, reason);
    }

    internal void NotFound(string work, string reason) => LogNotFound(logger, work, reason);

    /// <summary>Measures how long the oldest row has been due.</summary>
    internal async Task MeasureAsync(DueWork work, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var oldest = await connection.QuerySingleAsync<Oldest>(
            new CommandDefinition(work.Rows.Oldest(database.Dialect), cancellationToken: cancellationToken));
        metrics.DueOldest(work.Name, oldest.Since is { } since ? oldest.Now - since : TimeSpan.Zero);
    }

    private sealed class Oldest
    {
        public DateTimeOffset? Since { get; set; }
        public DateTimeOffset Now { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due work {Work}: {Row} has failed and is tried again later: {Reason}")]
    private static partial void LogFailed(ILogger logger, string work, string row, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Due work {Work} could not be read, trying again: {Reason}")]
    private static partial void LogNotFound(ILogger logger, string work, string reason);
}
