using Dapper;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Platform.EventLog;

/// <summary>How far a stream is copied into the event log. Saved in the commit of the events: none is lost or copied twice.</summary>
internal sealed class EventLogPosition(Database database)
{
    /// <returns>The position of the last copied message; null before the first.</returns>
    public async Task<long?> ReadAsync(string stream, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            "SELECT position FROM event_log_position WHERE stream = @stream", new { stream }, cancellationToken: cancellationToken));
    }

    public Task AdvanceAsync(string stream, IReadOnlyList<LoggedEvent> events, long position, CancellationToken cancellationToken) =>
        database.InTransactionAsync(async transaction =>
        {
            await EventLogTable.InsertAsync(transaction, events);
            // Never back: a process that stood still may write a batch that another one has copied long since.
            await transaction.ExecuteAsync("""
                INSERT INTO event_log_position (stream, position) VALUES (@stream, @position)
                ON CONFLICT (stream) DO UPDATE SET position = excluded.position WHERE event_log_position.position < excluded.position
                """, new { stream, position });
        }, cancellationToken);

    /// <summary>For a new stream, whose positions begin anew. Events that are already in the log are not written twice.</summary>
    public Task ForgetAsync(string stream, CancellationToken cancellationToken) => database.InTransactionAsync(
        transaction => transaction.ExecuteAsync("DELETE FROM event_log_position WHERE stream = @stream", new { stream }), cancellationToken);
}
