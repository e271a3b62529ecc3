using Dapper;

namespace RealtimeTours.Platform.Storage.Outbox;

internal sealed class OutboxTable(Database database)
{
    /// <summary>The first events of these shards behind a position, without those in flight; the events of one key in commit order.</summary>
    public async Task<IReadOnlyList<OutboxRow>> ReadAsync(uint shards, long behind, long[] without, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<OutboxRow>(new CommandDefinition($"""
            SELECT position AS Position, event_id AS EventId, event_type AS EventType, body AS Body, correlation_id AS CorrelationId,
                   trace_parent AS TraceParent, created_at AS CreatedAt
            FROM outbox WHERE position > @behind AND shard {database.Dialect.IsOneOf("shards")}
              AND NOT position {database.Dialect.IsOneOf("without")} ORDER BY position LIMIT @limit
            """, new { shards = OutboxShards.In(shards), behind, without, limit }, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    public Task DeleteAsync(IReadOnlyList<long> positions, CancellationToken cancellationToken) => database.InTransactionAsync(
        transaction => transaction.ExecuteAsync($"DELETE FROM outbox WHERE position {transaction.Dialect.IsOneOf("positions")}", new { positions }),
        cancellationToken);

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT COUNT(*) FROM outbox", cancellationToken: cancellationToken));
    }
}
