namespace RealtimeTours.Platform.Messaging;

/// <summary>The topic exchange all events go through: RabbitMQ, or queues inside this process that behave the same.</summary>
public interface IEventBus
{
    /// <summary>
    /// Publishes one event; completes when the broker has taken responsibility for it. Whoever needs atomicity with a database
    /// change writes to the outbox instead.
    /// </summary>
    /// <exception cref="EventBusUnavailableException">Not confirmed in time; it may or may not have arrived. Publishing again is safe.</exception>
    Task PublishAsync(OutgoingEvent message, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="PublishAsync"/> in two steps. Events whose first step is awaited before the next event's begins reach each queue in that order, but for one that
    /// the broker refuses by itself.
    /// </summary>
    /// <returns>The second step: completes when the broker has taken responsibility.</returns>
    /// <exception cref="EventBusUnavailableException">In either step.</exception>
    Task<Task> HandOverAsync(OutgoingEvent message) => Task.FromResult(PublishAsync(message));

    /// <summary>False while it is known that publishing fails.</summary>
    bool CanPublish => true;

    /// <summary>
    /// Starts a durable consumer: at least once, in any order, failures retried with backoff and then dead-lettered.
    /// Returns at once and keeps trying while the broker is away. Several processes with one name share the work.
    /// </summary>
    /// <returns>Dispose to stop: no new deliveries, those under way are finished.</returns>
    IAsyncDisposable Consume(ConsumerDefinition consumer);

    /// <summary>
    /// Starts a listener of this process alone: every message once while connected, oldest dropped when it cannot keep up, nothing
    /// kept while away. For speed where another path brings what is lost.
    /// </summary>
    IAsyncDisposable Listen(ListenerDefinition listener);

    /// <summary>Waits until what is already queued in this process has been handled. A server keeps its queues, so there it has nothing to do.</summary>
    Task DrainAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Null while everything works, otherwise one sentence for the readiness check.</summary>
    string? Problem => null;
}

/// <param name="Body">The envelope as UTF-8 JSON; the bytes must not change after the call.</param>
/// <param name="TraceParent">W3C trace context, or null.</param>
/// <param name="OrderKey">The outbox publishes the events of one key in the order of their commits; null for one that stands alone.</param>
public sealed record OutgoingEvent(
    string EventType, string EventId, ReadOnlyMemory<byte> Body, string? CorrelationId = null, string? TraceParent = null, string? OrderKey = null);

/// <param name="Name">Such as <c>realtime-hub</c>: the queue is <c>{prefix}.{name}</c>, its dead letters <c>{prefix}.{name}.dlq</c>.</param>
/// <param name="RoutingKeys">Topic patterns: <c>*</c> is one word, <c>#</c> any number.</param>
/// <param name="Handle">Throws <see cref="PermanentFailureException"/> for what can never succeed, anything else to be retried.</param>
/// <param name="Concurrency">How many messages, or batches of them, are handled at once.</param>
/// <param name="Needs">What it pauses for while it is away; null for nothing.</param>
/// <param name="Batch">Null where each event is handled by itself.</param>
public sealed record ConsumerDefinition(
    string Name, IReadOnlyList<string> RoutingKeys, Func<EventEnvelope, CancellationToken, Task> Handle, int Concurrency = 32,
    IConsumerDependency? Needs = null, ConsumerBatch? Batch = null);

/// <param name="Max">The most events of one batch. Nobody waits for company: a batch is what is there already.</param>
/// <param name="Handle">All or nothing. Where it throws, its events are handled one by one, so that one bad event harms no other.</param>
public sealed record ConsumerBatch(int Max, Func<IReadOnlyList<EventEnvelope>, CancellationToken, Task> Handle);

/// <param name="Name">For logs and metrics.</param>
/// <param name="Capacity">Messages that may wait before the oldest are dropped.</param>
public sealed record ListenerDefinition(
    string Name, IReadOnlyList<string> RoutingKeys, Func<EventEnvelope, CancellationToken, Task> Handle, int Capacity = 10_000);

/// <summary>The broker did not confirm in time, or is not reachable.</summary>
public sealed class EventBusUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The message can never succeed: it goes to the dead letters at once, with this reason in header <c>x-error</c>.</summary>
public sealed class PermanentFailureException(string reason, Exception? inner = null) : Exception(reason, inner);
