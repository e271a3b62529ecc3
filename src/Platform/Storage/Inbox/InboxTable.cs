using System.Text.Json;

namespace RealtimeTours.Platform.Storage.Inbox;

/// <summary>Table <c>inbox</c>: which events a consumer has handled, for exactly-once effects although deliveries are at least once.</summary>
internal static class InboxTable
{
    /// <returns>The ids that this consumer had not entered before, each once.</returns>
    public static async Task<IReadOnlySet<string>> EnterAsync(WriteTransaction transaction, string consumer, IEnumerable<string> eventIds)
    {
        // Sorted: two batches with events in common wait for each other without a deadlock.
        var ids = JsonSerializer.Serialize(eventIds.Distinct().Order(StringComparer.Ordinal));
        // WHERE true: otherwise SQLite parses ON CONFLICT as a join condition.
        var entered = await transaction.QueryAsync<string>($"""
            INSERT INTO inbox (consumer, event_id, received_at)
            SELECT @consumer, value, {transaction.Dialect.Clock(TimeSpan.Zero)} FROM {transaction.Dialect.Values("ids")} WHERE true
            ON CONFLICT DO NOTHING RETURNING event_id
            """, new { consumer, ids });
        return entered.ToHashSet(StringComparer.Ordinal);
    }
}
