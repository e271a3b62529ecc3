using System.Text;
using System.Threading.Channels;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Storage;

/// <param name="Claim">How long a process may take to publish what it claimed before another one tries.</param>
/// <param name="Poll">How often the relay looks for rows that nobody handed it: those of a process that died, or that failed.</param>
/// <param name="LongestBackoff">The longest pause between tries while the bus is away.</param>
public sealed record OutboxSettings(TimeSpan Claim, TimeSpan Poll, TimeSpan LongestBackoff, int MaxInFlight)
{
    public static OutboxSettings Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), 256);
}

/// <summary>An event in the outbox.</summary>
internal sealed class OutboxRow
{
    public string EventId { get; set; } = "";
    public string EventType { get; set; } = "";
    public string Body { get; set; } = "";
    public string? CorrelationId { get; set; }
    public string? TraceParent { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    public OutgoingEvent ToEvent() => new(EventType, EventId, Encoding.UTF8.GetBytes(Body), CorrelationId, TraceParent);
}

/// <summary>
/// Events wait in its table from the commit that caused them until the broker confirmed them. Written through
/// <see cref="WriteTransaction.Announce"/>; after the commit they go straight to this process's relay, without a read of the table.
/// </summary>
public sealed class Outbox(TimeProvider time, OutboxSettings settings, IEnumerable<ICommittedEvents> listeners)
{
    private readonly ICommittedEvents[] _listeners = [.. listeners];

    // What does not fit is not lost: its claim lapses and the relay's poll finds it.
    private readonly Channel<OutboxRow> _fresh = Channel.CreateBounded<OutboxRow>(
        new BoundedChannelOptions(20_000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    internal ChannelReader<OutboxRow> Fresh => _fresh.Reader;

    internal IReadOnlyList<OutboxRow> Append(WriteTransaction transaction)
    {
        if (transaction.Announced.Count == 0) return [];
        var now = time.GetUtcNow();
        var rows = transaction.Announced.Select(e => new OutboxRow
        {
            EventId = e.EventId, EventType = e.EventType, Body = Encoding.UTF8.GetString(e.Body.Span),
            CorrelationId = e.CorrelationId, TraceParent = e.TraceParent, CreatedAt = now,
        }).ToArray();

        // Claimed from birth: the relays of other processes leave the rows alone while this one publishes them.
        var sql = new StringBuilder("INSERT INTO outbox (event_id, event_type, body, correlation_id, trace_parent, created_at, claimed_until) VALUES ");
        var arguments = new Dictionary<string, object?> { ["now"] = now };
        for (var i = 0; i < rows.Length; i++)
        {
            sql.Append(i == 0 ? "" : ", ").Append($"(@e{i}, @t{i}, @b{i}, @c{i}, @p{i}, @now, {transaction.Dialect.Clock(settings.Claim)})");
            arguments[$"e{i}"] = rows[i].EventId;
            arguments[$"t{i}"] = rows[i].EventType;
            arguments[$"b{i}"] = rows[i].Body;
            arguments[$"c{i}"] = rows[i].CorrelationId;
            arguments[$"p{i}"] = rows[i].TraceParent;
        }
        transaction.Defer(sql.ToString(), arguments);
        return rows;
    }

    /// <summary>After the commit.</summary>
    internal void Dispatch(WriteTransaction committed, IReadOnlyList<OutboxRow> rows)
    {
        foreach (var listener in _listeners)
            foreach (var message in committed.Announced) listener.Committed(message);
        foreach (var row in rows) _fresh.Writer.TryWrite(row);
    }
}
