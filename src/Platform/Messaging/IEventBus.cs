namespace RealtimeTours.Platform.Messaging;

/// <summary>The topic exchange of all events: RabbitMQ, or queues inside this process that behave the same.</summary>
public interface IEventBus
{
    /// <summary>Completes with the broker's publisher confirm. Events that belong to a database change go to the outbox instead.</summary>
    /// <exception cref="EventBusUnavailableException">Not confirmed in time; it may have arrived. Publishing again is safe.</exception>
    Task PublishAsync(OutgoingEvent message, CancellationToken cancellationToken = default);

    /// <summary><see cref="PublishAsync"/> in two steps. First steps awaited in turn keep the order in each queue, but for rejected events.</summary>
    /// <returns>The second step: the publisher confirm. Both steps can throw <see cref="EventBusUnavailableException"/>.</returns>
    Task<Task> HandOverAsync(OutgoingEvent message) => Task.FromResult(PublishAsync(message));

    /// <summary>False while publishing is known to fail.</summary>
    bool CanPublish => true;

    /// <summary>Starts a durable consumer: at least once, unordered, retries with backoff, dead letters. Processes of one name share it.</summary>
    /// <returns>At once, even if the broker is unavailable. Dispose it to stop: deliveries in progress are finished.</returns>
    IAsyncDisposable Consume(ConsumerDefinition consumer);

    /// <summary>Starts a listener, a fast path of this process: at most once, only while connected; a full buffer drops the oldest.</summary>
    IAsyncDisposable Listen(ListenerDefinition listener);

    /// <summary>Waits until events queued in this process are handled. With a broker there is nothing to do: it keeps its queues.</summary>
    Task DrainAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Null while everything works, otherwise one sentence for the readiness check.</summary>
    string? Problem => null;
}

/// <param name="Body">The envelope as UTF-8 JSON; the bytes must not change after the call.</param>
/// <param name="TraceParent">W3C trace context, or null.</param>
/// <param name="OrderKey">The outbox publishes the events of one key in the order of their commits; null for no order.</param>
public sealed record OutgoingEvent(
    string EventType, string EventId, ReadOnlyMemory<byte> Body, string? CorrelationId = null, string? TraceParent = null, string? OrderKey = null);

/// <param name="Name">Such as <c>realtime-hub</c>: the queue is <c>{prefix}.{name}</c>, its dead letters <c>{prefix}.{name}.dlq</c>.</param>
/// <param name="RoutingKeys">Topic patterns: <c>*</c> is one word, <c>#</c> any number.</param>
/// <param name="Handle">Throws <see cref="PermanentFailureException"/> for an event that can never succeed; other exceptions are retried.</param>
/// <param name="Needs">The server during whose outage it pauses; null for none.</param>
/// <param name="Batch">Null if each event is handled by itself.</param>
public sealed record ConsumerDefinition(
    string Name, IReadOnlyList<string> RoutingKeys, Func<EventEnvelope, CancellationToken, Task> Handle, int Concurrency = 32,
    IConsumerDependency? Needs = null, ConsumerBatch? Batch = null);

/// <param name="Max">The most events in a batch. It takes what is already queued and waits for no more.</param>
/// <param name="Handle">All or nothing. If it throws, its events are handled one by one, so that a bad event does not affect the others.</param>
public sealed record ConsumerBatch(int Max, Func<IReadOnlyList<EventEnvelope>, CancellationToken, Task> Handle);

/// <param name="Capacity">Messages that may wait before the oldest are dropped.</param>
/// <param name="Backlog">Is told whether more events wait; null where nobody asks.</param>
public sealed record ListenerDefinition(
    string Name, IReadOnlyList<string> RoutingKeys, Func<EventEnvelope, CancellationToken, Task> Handle, int Capacity = 10_000,
    ListenerBacklog? Backlog = null);

/// <summary>Whether events wait behind the one that a listener handles: then the handler should leave to others what it can.</summary>
public sealed class ListenerBacklog
{
    private volatile bool _waits;

    public bool Waits
    {
        get => _waits;
        internal set => _waits = value;
    }
}

/// <summary>The broker is unreachable or did not confirm in time.</summary>
public sealed class EventBusUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The message can never succeed: it is dead-lettered at once, with this reason in header <c>x-error</c>.</summary>
public sealed class PermanentFailureException(string reason, Exception? inner = null) : Exception(reason, inner);
