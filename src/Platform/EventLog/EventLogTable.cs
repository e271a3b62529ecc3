using System.Text;
using Dapper;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Jobs;

namespace RealtimeTours.Platform.EventLog;

/// <param name="From">Inclusive; compared with the envelope's timestamp.</param>
/// <param name="To">Exclusive.</param>
/// <param name="CorrelationId">Null for the events of every correlation.</param>
public sealed record EventSpan(DateTimeOffset From, DateTimeOffset To, string? CorrelationId = null);

/// <summary>Table <c>event_log</c>: each event once, ordered by timestamp, then id. It is written shortly after the event is published.</summary>
public sealed class EventLogTable(Database database)
{
    private const string Columns =
        "event_id AS EventId, event_type AS EventType, occurred_at AS OccurredAt, correlation_id AS CorrelationId, booking_id AS BookingId, body " +
        "AS Body";
    private const int RowsPerStatement = 50;
    private const int DeletedAtOnce = 1_000;

    /// <summary>The events of one correlation or one booking, oldest first. Each page reads one index range, however long the log is.</summary>
    /// <param name="after">The id of the previous page's last event, or null.</param>
    /// <returns>Null if <paramref name="after"/> is not in the log.</returns>
    public async Task<IReadOnlyList<LoggedEvent>?> ListAsync(
        string? correlationId, string? bookingId, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var last = after is null ? null : await connection.QueryFirstOrDefaultAsync<LoggedEvent>(new CommandDefinition(
            $"SELECT {Columns} FROM event_log WHERE event_id = @after", new { after }, cancellationToken: cancellationToken));
        if (last is null && after is not null) return null;
        string?[] conditions =
        [
            correlationId is null ? null : "correlation_id = @correlationId",
            bookingId is null ? null : "booking_id = @bookingId",
            after is null ? null : "(occurred_at, event_id) > (@afterTime, @after)",
        ];
        return (await connection.QueryAsync<LoggedEvent>(new CommandDefinition(
            $"SELECT {Columns} FROM event_log WHERE {string.Join(" AND ", conditions.Where(c => c is not null))} ORDER BY occurred_at, event_id " +
            $"LIMIT @limit",
            new { correlationId, bookingId, after, afterTime = last?.OccurredAt, limit }, cancellationToken: cancellationToken))).AsList();
    }

    /// <returns>The number of events in the span, counted up to <paramref name="atMost"/>.</returns>
    public async Task<int> CountAsync(EventSpan span, int atMost, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            $"SELECT COUNT(*) FROM (SELECT 1 FROM event_log WHERE {Within(span)} LIMIT @atMost) AS found",
            new { span.From, span.To, span.CorrelationId, atMost }, cancellationToken: cancellationToken));
    }

    internal async Task<IReadOnlyList<LoggedEvent>> PageAsync(EventSpan span, LoggedEvent? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var beyond = after is null ? "" : "AND (occurred_at, event_id) > (@afterTime, @afterId)";
        return (await connection.QueryAsync<LoggedEvent>(new CommandDefinition(
            $"SELECT {Columns} FROM event_log WHERE {Within(span)} {beyond} ORDER BY occurred_at, event_id LIMIT @limit",
            new { span.From, span.To, span.CorrelationId, afterTime = after?.OccurredAt, afterId = after?.EventId, limit },
            cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Skips events that are in the log already: they are published at least once, and logged once.</summary>
    internal static async Task InsertAsync(WriteTransaction transaction, IReadOnlyList<LoggedEvent> events)
    {
        foreach (var rows in events.Chunk(RowsPerStatement))
        {
            var sql =
                new StringBuilder("INSERT INTO event_log (event_id, event_type, occurred_at, correlation_id, booking_id, body, logged_at) VALUES ");
            var arguments = new DynamicParameters();
            for (var i = 0; i < rows.Length; i++)
            {
                sql.Append(i == 0 ? "" : ", ").Append($"(@e{i}, @t{i}, @o{i}, @c{i}, @k{i}, @b{i}, {transaction.Dialect.Clock(TimeSpan.Zero)})");
                arguments.Add($"e{i}", rows[i].EventId);
                arguments.Add($"t{i}", rows[i].EventType);
                arguments.Add($"o{i}", rows[i].OccurredAt);
                arguments.Add($"c{i}", rows[i].CorrelationId);
                arguments.Add($"k{i}", rows[i].BookingId);
                arguments.Add($"b{i}", rows[i].Body);
            }
            await transaction.ExecuteAsync(sql.Append(" ON CONFLICT DO NOTHING").ToString(), arguments);
        }
    }

    /// <returns>True if there may be more. It deletes in batches, to keep locks short.</returns>
    internal static async Task<bool> DeleteOldAsync(FencedRun run, OldRows table, TimeSpan keep, CancellationToken cancellationToken) =>
        await run.InTransactionAsync(transaction =>
        {
            var old = $"{table.Written} < {transaction.Dialect.Clock(-keep)}";
            var oldest = $"SELECT event_id FROM {table.Table} WHERE {old} ORDER BY {table.Written} LIMIT {DeletedAtOnce}";
            return transaction.ExecuteAsync($"DELETE FROM {table.Table} WHERE {old} AND event_id IN ({oldest})");
        }, cancellationToken) > 0;

    internal async Task<long> CountAsync(OldRows table, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(
            new CommandDefinition($"SELECT COUNT(*) FROM {table.Table}", cancellationToken: cancellationToken));
    }

    private static string Within(EventSpan span) =>
        $"occurred_at >= @From AND occurred_at < @To{(span.CorrelationId is null ? "" : " AND correlation_id = @CorrelationId")}";
}

/// <param name="Written">The column that says when a row was written.</param>
internal sealed record OldRows(string Table, string Written)
{
    public static OldRows Log { get; } = new("event_log", "logged_at");

    public static OldRows Inbox { get; } = new("inbox", "received_at");
}
