using System.Text.Json;

namespace RealtimeTours.Platform.Storage.Inbox;

/// <summary>
/// Table <c>inbox</c>: which events a consumer has taken effect of. Entered in the effect's own transaction, so that effects happen exactly once
/// although deliveries happen at least once.
/// </summary>
internal static class InboxTable
{
    /// <returns>Those of the ids that this consumer had not entered before, each once.</returns>
    public static async Task<IReadOnlySet<string>> EnterAsync(WriteTransaction transaction, string consumer, IEnumerable<string> eventIds)
    {
        // In one order for all: two batches with events in common wait for each other, but never in a circle.
        var ids = JsonSerializer.Serialize(eventIds.Distinct().Order(StringComparer.Ordinal));
        // WHERE true: SQLite would take ON CONFLICT for the condition of a join.
        var entered = await transaction.QueryAsync<string>($"""
            INSERT INTO inbox (consumer, event_id, received_at)
            SELECT @consumer, value, {transaction.Dialect.Clock(TimeSpan.Zero)} FROM {transaction.Dialect.Values("ids")} WHERE true
            ON CONFLICT DO NOTHING RETURNING event_id
            """, new { consumer, ids });
        return entered.ToHashSet(StringComparer.Ordinal);
    }
}
