namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>Every name that messaging puts on the wire: exchange, queues and headers.</summary>
/// <param name="Exchange">The durable topic exchange of all events.</param>
/// <param name="QueuePrefix">Starts the name of every queue.</param>
internal sealed record EventTopology(string Exchange, string QueuePrefix)
{
    public const string ContentType = "application/json";

    /// <summary>W3C trace context of the publisher.</summary>
    public const string TraceParentHeader = "traceparent";

    /// <summary>Which attempt the delivery is, from 1; absent on the first.</summary>
    public const string AttemptHeader = "x-attempt";

    /// <summary>Why the last attempt failed, one sentence.</summary>
    public const string ErrorHeader = "x-error";

    /// <summary>When the first attempt failed, ISO 8601.</summary>
    public const string FirstFailedAtHeader = "x-first-failed-at";

    /// <summary>The routing key the publisher used; a retried message comes back with its queue's name instead.</summary>
    public const string OriginalRoutingKeyHeader = "x-original-routing-key";

    /// <summary>Marks what an operator put into one consumer's queue from the event log.</summary>
    public const string ReplayedHeader = "x-replayed";

    /// <summary>Where a message stands in a stream; set by the broker.</summary>
    public const string StreamOffsetHeader = "x-stream-offset";

    /// <summary>The longest <see cref="ErrorHeader"/>: all headers of a message must fit in one AMQP frame.</summary>
    public const int MaxErrorLength = 1_000;

    public string Queue(string consumer) => $"{QueuePrefix}.{consumer}";

    /// <summary>The stream of every event of the exchange.</summary>
    public string AuditStream => Queue("audit");

    /// <summary>An exclusive queue that exists while a process copies the stream: the lock between processes.</summary>
    public string AuditLock => $"{AuditStream}.reader";

    public string DeadLetters(string consumer) => $"{Queue(consumer)}.dlq";

    /// <summary>An exclusive queue that exists while somebody looks through the dead letters: the lock between processes.</summary>
    public string DeadLettersLock(string consumer) => $"{DeadLetters(consumer)}.reader";

    /// <summary>The queue where a message waits <paramref name="delay"/> before it returns. The delay is in the name because a queue's arguments cannot change.</summary>
    public string Retry(string consumer, TimeSpan delay) => delay.TotalMilliseconds % 1_000 == 0
        ? $"{Queue(consumer)}.retry.{(long)delay.TotalSeconds}s"
        : $"{Queue(consumer)}.retry.{(long)delay.TotalMilliseconds}ms";
}
