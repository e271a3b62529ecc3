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
        EventTopology.AttemptHeader, EventTopology.ErrorHeader, EventTopology.FirstFailedAtHeader,
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

    public static BasicProperties Forward(RabbitMqDelivery delivery, string reason, int? nextAttempt, DateTimeOffset now)
    {
        var properties = new BasicProperties(delivery.Properties)
        {
            DeliveryMode = DeliveryModes.Persistent,
            Headers = (delivery.Properties.Headers ?? new Dictionary<string, object?>()).Where(h => !NotCarriedOn.Contains(h.Key)).ToDictionary(),
        };
        properties.ClearExpiration(); // the retry queue has its own time to live
        properties.ClearUserId(); // the broker refuses another user's id
        var headers = properties.Headers;
        headers[EventTopology.ErrorHeader] = Shorten(reason);
        headers.TryAdd(EventTopology.FirstFailedAtHeader, now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        if (delivery.Exchange.Length > 0) headers.TryAdd(EventTopology.OriginalRoutingKeyHeader, delivery.RoutingKey); // else a queue's name
        headers[EventTopology.AttemptHeader] = nextAttempt ?? Attempt(delivery.Properties);
        return properties;
    }

    /// <summary>Properties of a requeued dead letter: as first published, with the publisher's routing key.</summary>
    public static BasicProperties Requeue(IReadOnlyBasicProperties dead)
    {
        var properties = new BasicProperties(dead)
        {
            DeliveryMode = DeliveryModes.Persistent,
            Headers = (dead.Headers ?? new Dictionary<string, object?>()).Where(h => !NotCarriedOn.Contains(h.Key) && !OfAFailure.Contains(h.Key))
                .ToDictionary(),
        };
        properties.ClearExpiration();
        properties.ClearUserId();
        return properties;
    }

    public static DeadLetter DeadLetter(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) => new(
        body,
        Text(properties, EventTopology.ErrorHeader) ?? "The broker gave up on it: it was delivered too often without an answer.",
        Attempt(properties),
        DateTimeOffset.TryParse(
            Text(properties, EventTopology.FirstFailedAtHeader), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null,
        OriginalRoutingKey(properties));

    public static string? OriginalRoutingKey(IReadOnlyBasicProperties properties) => Text(properties, EventTopology.OriginalRoutingKeyHeader);

    public static int Attempt(IReadOnlyBasicProperties properties) => Header(properties, EventTopology.AttemptHeader) switch
    {
        int attempt and > 0 => attempt,
        long attempt and > 0 and < int.MaxValue => (int)attempt,
        _ => 1,
    };

    public static string? TraceParent(IReadOnlyBasicProperties properties) => Text(properties, EventTopology.TraceParentHeader);

    private static string? Text(IReadOnlyBasicProperties properties, string header) => Header(properties, header) switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text => text,
        _ => null,
    };

    private static object? Header(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers is { } headers && headers.TryGetValue(header, out var value) ? value : null;

    private static string Shorten(string reason) =>
        reason.Length <= EventTopology.MaxErrorLength ? reason : string.Concat(reason.AsSpan(0, EventTopology.MaxErrorLength - 1), "…");
}
