namespace RealtimeTours.Platform.Storage.Outbox;

/// <summary>Makes effects happen exactly once: a consumer notes the event in the effect's own transaction.</summary>
public static class Inbox
{
    /// <returns>False when this consumer has already taken effect of the event: then do nothing more.</returns>
    public static async Task<bool> TryEnterAsync(WriteTransaction transaction, string consumer, string eventId) =>
        await transaction.ExecuteAsync(
            $"INSERT INTO inbox (consumer, event_id, received_at) VALUES (@consumer, @eventId, {transaction.Dialect.Clock(TimeSpan.Zero)}) ON CONFLICT DO NOTHING",
            new { consumer, eventId }) == 1;
}
