using System.Collections;
using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using RealtimeTours.Platform.Messaging.DeadLetters;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>AMQP properties of new events, and of events that move to a retry or dead-letter queue.</summary>
internal static class RabbitMqMessage
{
    private const int ShortStringBytes = 255;

    // Headers that the broker and the client set; CC and BCC would route copies to other queues.
    private static readonly HashSet<string> NotCarriedOn = new(StringComparer.Ordinal)
    {
        "x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason",
        "x-last-death-exchange", "x-last-death-queue", "x-last-death-reason", "x-delivery-count",
        Constants.PublishSequenceNumberHeader, "CC", "BCC",
    };

    private static readonly HashSet<string> OfAFailure = new(StringComparer.Ordinal)
    {
        EventTopology.AttemptHeader, EventTopology.ErrorHeader, EventTopology.FirstFailedAtHeader, EventTopology.DroppedHeadersHeader,
    };

    public static BasicProperties Properties(OutgoingEvent message)
    {
        var properties = new BasicProperties
        {
            ContentType = EventTopology.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
            Type = message.EventType,
            MessageId = message.EventId,
        };
        if (message.CorrelationId is { } id && Encoding.UTF8.GetByteCount(id) <= ShortStringBytes) properties.CorrelationId = id;
        if (message.TraceParent is { } trace) properties.Headers = new Dictionary<string, object?> { [EventTopology.TraceParentHeader] = trace };
        return properties;
    }

    /// <summary>For an event sent to one consumer's queue, past the exchange.</summary>
    public static BasicProperties Replay(OutgoingEvent message)
    {
        var properties = Properties(message);
        properties.Headers ??= new Dictionary<string, object?>();
        properties.Headers[EventTopology.OriginalRoutingKeyHeader] = message.EventType;
        properties.Headers[EventTopology.ReplayedHeader] = true;
        return properties;
    }

    public static bool IsReplayed(IReadOnlyBasicProperties properties) => Header(properties, EventTopology.ReplayedHeader) is true;

    public static long StreamOffset(IReadOnlyBasicProperties properties) => Header(properties, EventTopology.StreamOffsetHeader) is long offset
        ? offset
        : throw new InvalidOperationException("The message does not come from a stream.");

    /// <param name="published">The delivery comes from its publisher, not from a retry queue: what it says of failures is not ours.</param>
    public static BasicProperties Forward(RabbitMqDelivery delivery, bool published, string reason, int? nextAttempt, DateTimeOffset now)
    {
        var properties = Carry(delivery.Properties, published ? OfAFailure : []);
        var headers = properties.Headers!;
        headers[EventTopology.ErrorHeader] = Shorten(reason);
        headers.TryAdd(EventTopology.FirstFailedAtHeader, now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        if (published) headers[EventTopology.OriginalRoutingKeyHeader] = delivery.RoutingKey; // from now on it is a queue's name
        headers[EventTopology.AttemptHeader] = nextAttempt ?? Attempt(delivery.Properties);
        return properties;
    }

    /// <summary>Properties of a requeued dead letter: as first published, with the publisher's routing key.</summary>
    public static BasicProperties Requeue(IReadOnlyBasicProperties dead) => Carry(dead, OfAFailure);

    public static DeadLetter DeadLetter(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) => new(
        body,
        LastDeath(properties) is { } death ? ReasonOf(death.Reason) : Text(properties, EventTopology.ErrorHeader) ?? ReasonOf(null),
        Header(properties, EventTopology.AttemptHeader) is int attempts and > 0 ? attempts : 1,
        DateTimeOffset.TryParse(
            Text(properties, EventTopology.FirstFailedAtHeader), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null,
        OriginalRoutingKey(properties));

    public static string? OriginalRoutingKey(IReadOnlyBasicProperties properties) => Text(properties, EventTopology.OriginalRoutingKeyHeader);

    /// <summary>1, unless it comes back from a retry queue.</summary>
    public static int Attempt(IReadOnlyBasicProperties properties) =>
        LastDeath(properties) is { } death && EventTopology.IsRetry(death.Queue)
        && Header(properties, EventTopology.AttemptHeader) is int attempt and > 0 ? attempt : 1;

    public static string? TraceParent(IReadOnlyBasicProperties properties) => Text(properties, EventTopology.TraceParentHeader);

    /// <summary>All properties but the broker's own, with as many headers as fit; the smallest first, since ours are small.</summary>
    private static BasicProperties Carry(IReadOnlyBasicProperties from, HashSet<string> except)
    {
        var (headers, left, dropped) = (new Dictionary<string, object?>(), EventTopology.MaxCarriedHeaderBytes, 0);
        var wanted = (from.Headers ?? new Dictionary<string, object?>()).Where(h => !NotCarriedOn.Contains(h.Key) && !except.Contains(h.Key));
        foreach (var (name, value) in wanted.OrderBy(h => Bytes(h.Key) + Bytes(h.Value)))
        {
            left -= Bytes(name) + Bytes(value);
            if (left < 0) dropped++;
            else headers[name] = value;
        }
        if (dropped > 0) headers[EventTopology.DroppedHeadersHeader] = dropped;
        var properties = new BasicProperties(from) { DeliveryMode = DeliveryModes.Persistent, Headers = headers };
        properties.ClearExpiration(); // the retry queue has its own time to live
        properties.ClearUserId(); // the broker refuses another user's id
        return properties;
    }

    // About what it takes in a frame; a nested table counts with all that is in it.
    private static int Bytes(object? value) => 8 + value switch
    {
        string text => Encoding.UTF8.GetByteCount(text),
        byte[] bytes => bytes.Length,
        BinaryTableValue binary => binary.Bytes.Length,
        IDictionary<string, object?> table => table.Sum(entry => Bytes(entry.Key) + Bytes(entry.Value)),
        IEnumerable list => list.Cast<object?>().Sum(Bytes),
        _ => 8,
    };

    /// <summary>The broker's own record of the last queue that it moved the message out of; null if it never did.</summary>
    private static (string Queue, string Reason)? LastDeath(IReadOnlyBasicProperties properties) =>
        Header(properties, "x-death") is IList { Count: > 0 } deaths && deaths[0] is IDictionary<string, object?> death
        && death.TryGetValue("queue", out var queue) && death.TryGetValue("reason", out var reason)
            ? (Text(queue) ?? "", Text(reason) ?? "")
            : null;

    private static string ReasonOf(string? death) => death switch
    {
        "expired" => "It expired before it was handled: its publisher, or a policy of the broker, limited its time in the queue.",
        "maxlen" => "The broker moved it out of a queue that was full.",
        "rejected" => "It was rejected without a reason.",
        _ => "The broker gave up on it: it was delivered too often without an answer.",
    };

    private static string? Text(IReadOnlyBasicProperties properties, string header) => Text(Header(properties, header));

    // A foreign publisher's header may be as large as a frame.
    private static string? Text(object? value) => value switch
    {
        byte[] { Length: > EventTopology.MaxErrorLength * 4 } bytes => Encoding.UTF8.GetString(bytes.AsSpan(0, EventTopology.MaxErrorLength)),
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text => text,
        _ => null,
    };

    private static object? Header(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers is { } headers && headers.TryGetValue(header, out var value) ? value : null;

    private static string Shorten(string reason) =>
        reason.Length <= EventTopology.MaxErrorLength ? reason : string.Concat(reason.AsSpan(0, EventTopology.MaxErrorLength - 1), "…");
}
