namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>Every name that messaging uses on the wire: exchange, queues and headers.</summary>
internal sealed record EventTopology(string Exchange, string QueuePrefix)
{
    public const string ContentType = "application/json";

    public const string TraceParentHeader = "traceparent";

    /// <summary>
    /// The number of the attempt, from 1; absent on the first. It counts only on the way back from a retry queue: a dead letter that somebody
    /// moved back by other means (RabbitMQ's shovel) begins anew.
    /// </summary>
    public const string AttemptHeader = "x-attempt";

    /// <summary>Why the last attempt failed, one sentence.</summary>
    public const string ErrorHeader = "x-error";

    /// <summary>When the first attempt failed, ISO 8601.</summary>
    public const string FirstFailedAtHeader = "x-first-failed-at";

    /// <summary>The publisher's routing key: a retried message returns with its queue's name as routing key.</summary>
    public const string OriginalRoutingKeyHeader = "x-original-routing-key";

    /// <summary>Marks events that an operator replayed from the event log to one consumer.</summary>
    public const string ReplayedHeader = "x-replayed";

    /// <summary>A message's offset in a stream, set by the broker.</summary>
    public const string StreamOffsetHeader = "x-stream-offset";

    /// <summary>How many of the publisher's headers were left behind, because they were too large to be carried on.</summary>
    public const string DroppedHeadersHeader = "x-dropped-headers";

    /// <summary>Characters of <see cref="ErrorHeader"/>: all headers of a message must fit in one AMQP frame.</summary>
    public const int MaxErrorLength = 1_000;

    /// <summary>
    /// Bytes of a publisher's headers that are carried on to a retry or dead-letter queue. A publisher may fill a whole frame with them
    /// (128 KB); with ours beside them the broker would answer FRAME_ERROR and close the connection, again and again.
    /// </summary>
    public const int MaxCarriedHeaderBytes = 16 * 1024;

    /// <summary>The direct exchange of commands: only the system's own user may write to it.</summary>
    public string CommandExchange => $"{Exchange}.commands";

    /// <summary>The fanout exchange of announcements to every node.</summary>
    public string AnnouncementExchange => $"{Exchange}.announcements";

    /// <summary>
    /// The direct exchange to single queues, by their names: retries, dead letters, replays. Not the broker's default exchange, since a user who is
    /// limited to this system's names may not write to it.
    /// </summary>
    public string QueueExchange => $"{Exchange}.queues";

    /// <param name="routingKey">An event's name, or a topic pattern.</param>
    public string ExchangeOf(string routingKey) => routingKey switch
    {
        _ when EventRoutes.Commands.Contains(routingKey) => CommandExchange,
        _ when EventRoutes.Announcements.Contains(routingKey) => AnnouncementExchange,
        _ => Exchange,
    };

    /// <summary>False for the exchange by which a message comes back from a retry or a dead-letter queue.</summary>
    public bool IsPublished(string exchange) => exchange == Exchange || exchange == CommandExchange || exchange == AnnouncementExchange;

    public string Queue(string consumer) => $"{QueuePrefix}.{consumer}";

    /// <summary>A process's own queue for one listener. Named by us, so that rights on the prefix cover it.</summary>
    public string Listener(string listener) => $"{Queue(listener)}.{Guid.NewGuid():N}";

    /// <summary>Whether the queue is a <see cref="Retry"/> queue.</summary>
    public static bool IsRetry(string queue) => queue.Contains(".retry.", StringComparison.Ordinal);

    public string AuditStream => Queue("audit");

    /// <summary>An exclusive queue that exists while a process copies the stream: a lock between processes.</summary>
    public string AuditLock => $"{AuditStream}.reader";

    public string DeadLetters(string consumer) => $"{Queue(consumer)}.dlq";

    /// <summary>An exclusive queue that exists while a process reads the dead letters: a lock between processes.</summary>
    public string DeadLettersLock(string consumer) => $"{DeadLetters(consumer)}.reader";

    /// <summary>The retry queue for a delay. The delay is in the name because a queue's arguments cannot change.</summary>
    public string Retry(string consumer, TimeSpan delay) => delay.TotalMilliseconds % 1_000 == 0
        ? $"{Queue(consumer)}.retry.{(long)delay.TotalSeconds}s"
        : $"{Queue(consumer)}.retry.{(long)delay.TotalMilliseconds}ms";
}
