using System.Text;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Storage.Outbox;

/// <param name="Lease">How long a process that died or froze keeps others from publishing its shards' events.</param>
/// <param name="Poll">The poll interval, for events whose wake-up got lost.</param>
/// <param name="Backoff">The pause after a failed publish.</param>
/// <param name="MaxInFlight">The most unconfirmed events at a time.</param>
/// <param name="Standby">Publishes only while no process without this does.</param>
public sealed record OutboxSettings(TimeSpan Lease, TimeSpan Poll, TimeSpan Backoff, int MaxInFlight, bool Standby = false)
{
    public static OutboxSettings Default { get; } = new(TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), 256);
}

internal sealed class OutboxRow
{
    public long Position { get; set; }
    public string EventId { get; set; } = "";
    public string EventType { get; set; } = "";
    public string Body { get; set; } = "";
    public string? CorrelationId { get; set; }
    public string? TraceParent { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    public OutgoingEvent ToEvent() => new(EventType, EventId, Encoding.UTF8.GetBytes(Body), CorrelationId, TraceParent);
}

/// <summary>Writes events into the outbox in the commit that caused them, where they stay until the broker confirms; wakes the relay.</summary>
public sealed class OutboxWriter
{
    // Few enough for the most parameters of a statement: 65,535 in PostgreSQL, 32,766 in SQLite, which searches them one by one.
    private const int MaxRowsPerStatement = 50;

    private readonly TimeProvider _time;
    private readonly OutboxWakeUp _wakeUp;
    private readonly ICommittedEvents[] _listeners;

    internal OutboxWriter(TimeProvider time, OutboxWakeUp wakeUp, IEnumerable<ICommittedEvents> listeners) =>
        (_time, _wakeUp, _listeners) = (time, wakeUp, [.. listeners]);

    /// <returns>The shards that got events.</returns>
    internal uint Append(WriteTransaction transaction) => transaction.Announced.Count == 0
        ? 0
        : transaction.Announced.Chunk(MaxRowsPerStatement).Aggregate(0u, (shards, rows) => shards | Append(transaction, rows, _time.GetUtcNow()));

    private static uint Append(WriteTransaction transaction, OutgoingEvent[] announced, DateTimeOffset now)
    {
        var sql = new StringBuilder("INSERT INTO outbox (shard, event_id, event_type, body, correlation_id, trace_parent, created_at) VALUES ");
        var arguments = new Dictionary<string, object?> { ["now"] = now };
        var shards = 0u;
        for (var i = 0; i < announced.Length; i++)
        {
            var message = announced[i];
            var shard = OutboxShards.Of(message.OrderKey ?? message.EventId);
            shards |= 1u << shard;
            sql.Append(i == 0 ? "" : ", ").Append($"(@s{i}, @e{i}, @t{i}, @b{i}, @c{i}, @p{i}, @now)");
            arguments[$"s{i}"] = shard;
            arguments[$"e{i}"] = message.EventId;
            arguments[$"t{i}"] = message.EventType;
            arguments[$"b{i}"] = Encoding.UTF8.GetString(message.Body.Span);
            arguments[$"c{i}"] = message.CorrelationId;
            arguments[$"p{i}"] = message.TraceParent;
        }
        transaction.Defer(sql.ToString(), arguments);
        return shards;
    }

    /// <param name="shards">From <see cref="Append(WriteTransaction)"/>.</param>
    internal void Committed(WriteTransaction committed, uint shards)
    {
        if (shards == 0) return;
        _wakeUp.Committed(shards);
        foreach (var listener in _listeners)
            foreach (var message in committed.Announced) listener.Committed(message);
    }
}
