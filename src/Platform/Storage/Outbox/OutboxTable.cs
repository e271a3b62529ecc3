using Dapper;

namespace RealtimeTours.Platform.Storage;

/// <summary>The relay's statements on table <c>outbox</c>.</summary>
internal sealed class OutboxTable(Database database, OutboxSettings settings)
{
    private static readonly TimeSpan KeepSent = TimeSpan.FromHours(1);
    private const int DeletedAtOnce = 1_000;

    /// <summary>Takes unsent rows that nobody is publishing, oldest first.</summary>
    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(int limit, CancellationToken cancellationToken)
    {
        // Look before locking: nearly always there is nothing, and in SQLite an update would take the writer's turn to find that out.
        var free = $"sent_at IS NULL AND (claimed_until IS NULL OR claimed_until < {database.Dialect.Clock(TimeSpan.Zero)})";
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            if (!await connection.ExecuteScalarAsync<bool>(Read($"SELECT EXISTS (SELECT 1 FROM outbox WHERE {free})", cancellationToken))) return [];
        }
        var rows = await database.InTransactionAsync(transaction => transaction.QueryAsync<OutboxRow>($"""
            UPDATE outbox SET claimed_until = {transaction.Dialect.Clock(settings.Claim)}
            WHERE event_id IN (SELECT event_id FROM outbox WHERE {free} ORDER BY event_id LIMIT @limit {transaction.Dialect.SkipLocked})
            RETURNING event_id AS EventId, event_type AS EventType, body AS Body, correlation_id AS CorrelationId, trace_parent AS TraceParent,
                      created_at AS CreatedAt
            """, new { limit }), cancellationToken);
        return rows.OrderBy(row => row.EventId, StringComparer.Ordinal).ToArray(); // RETURNING promises no order
    }

    public Task MarkSentAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) => database.InTransactionAsync(
        transaction => transaction.ExecuteAsync($"UPDATE outbox SET sent_at = {transaction.Dialect.Clock(TimeSpan.Zero)} WHERE event_id {transaction.Dialect.IsOneOf("ids")}", new { ids }),
        cancellationToken);

    /// <summary>Gives rows back, to be taken again after <paramref name="backoff"/>.</summary>
    public Task ReleaseAsync(IReadOnlyList<string> ids, TimeSpan backoff, CancellationToken cancellationToken) => database.InTransactionAsync(
        transaction => transaction.ExecuteAsync(
            $"UPDATE outbox SET claimed_until = {transaction.Dialect.Clock(backoff)} WHERE event_id {transaction.Dialect.IsOneOf("ids")} AND sent_at IS NULL", new { ids }),
        cancellationToken);

    public async Task<long> CountUnsentAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(Read("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL", cancellationToken));
    }

    /// <summary>Forgets rows sent more than an hour ago, in bites, so that nobody waits long for a lock.</summary>
    /// <returns>True when there may be more.</returns>
    public async Task<bool> DeleteOldAsync(CancellationToken cancellationToken) => await database.InTransactionAsync(
        transaction => transaction.ExecuteAsync(
            $"DELETE FROM outbox WHERE event_id IN (SELECT event_id FROM outbox WHERE sent_at < {transaction.Dialect.Clock(-KeepSent)} LIMIT {DeletedAtOnce})"),
        cancellationToken) == DeletedAtOnce;

    private static CommandDefinition Read(string sql, CancellationToken cancellationToken) => new(sql, cancellationToken: cancellationToken);
}
