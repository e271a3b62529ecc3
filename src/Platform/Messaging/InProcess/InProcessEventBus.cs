using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.InProcess;

/// <summary>In-process queues that behave like a broker's: bindings, competing consumers, retries, dead letters. Durable with a journal.</summary>
internal sealed class InProcessEventBus : IEventBus, IConsumerQueues, IAsyncDisposable
{
    private readonly RetrySchedule _schedule;
    private readonly TimeProvider _time;
    private readonly MessagingMetrics _metrics;
    private readonly ILogger _logger;
    private readonly IEventJournal? _journal;
    private readonly ConcurrentDictionary<string, InProcessQueue> _queues = new();
    private readonly ConcurrentDictionary<InProcessListener, bool> _listeners = new();
    private readonly ConcurrentDictionary<IAsyncDisposable, bool> _consumers = new();
    private readonly ConcurrentDictionary<string, bool> _unroutable = new();
    private volatile bool _stopped;

    public InProcessEventBus(
        RetrySchedule schedule, TimeProvider time, MessagingMetrics metrics, ILogger<InProcessEventBus> logger, IEventJournal? journal = null)
    {
        (_schedule, _time, _metrics, _logger, _journal) = (schedule, time, metrics, logger, journal);
        journal?.Start(Send);
    }

    public async Task PublishAsync(OutgoingEvent message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_stopped) throw new EventBusUnavailableException("The event bus has stopped.");
        var started = Stopwatch.GetTimestamp();
        using var activity = MessagingTracing.Publishing(message);
        var delivery = Delivery(message) with { TraceParent = activity?.Id ?? message.TraceParent };
        var queues = _queues.Where(queue => queue.Value.Takes(message.EventType)).ToArray();
        // Recorded before it is queued, so that a consumer cannot settle it before that.
        var recorded = _journal?.RecordAsync(message, [.. queues.Select(queue => queue.Key)]);
        foreach (var (_, queue) in queues) queue.Enqueue(delivery);
        var taken = queues.Length > 0;
        foreach (var listener in _listeners.Keys) taken |= listener.Offer(delivery);
        if (!taken)
        {
            _metrics.Unroutable(message.EventType);
            if (_unroutable.TryAdd(message.EventType, true)) _logger.Unroutable(message.EventType);
        }
        _metrics.Published(message.EventType, started, confirmed: true);
        if (recorded is not null) await recorded.WaitAsync(cancellationToken);
    }

    public Task<bool> SendAsync(string consumer, OutgoingEvent message, CancellationToken cancellationToken = default) =>
        _stopped ? throw new EventBusUnavailableException("The event bus has stopped.") : Task.FromResult(Send(consumer, message));

    public IAsyncDisposable Consume(ConsumerDefinition consumer)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        var queue = _queues.GetOrAdd(consumer.Name, _ => new InProcessQueue(consumer.Name, _time, _journal));
        queue.Bind(consumer.RoutingKeys);
        _metrics.Consuming(consumer);
        var pause = new ConsumerPause(consumer, _metrics, _logger);
        var pipeline = new ReceivePipeline(consumer.Name, consumer.Handle, _schedule, _time, _metrics, _logger, pause);
        var reception = new BatchReception(consumer, pipeline, pause, _metrics, _logger);
        var subscription = new InProcessConsumer(
            consumer, queue, reception, pause, _logger, onStopped: stopped => _consumers.TryRemove(stopped, out _));
        _consumers[subscription] = true;
        return subscription;
    }

    public IAsyncDisposable Listen(ListenerDefinition listener)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        var pipeline = new ReceivePipeline(listener.Name, listener.Handle, schedule: null, _time, _metrics, _logger);
        var subscription = new InProcessListener(listener, pipeline, _metrics, onStopped: stopped => _listeners.TryRemove(stopped, out _));
        _listeners[subscription] = true;
        return subscription;
    }

    /// <summary>The consumer's dead letters, oldest first; they are never removed automatically.</summary>
    public IReadOnlyCollection<DeadLetter> DeadLetters(string consumer) =>
        _queues.TryGetValue(consumer, out var queue) ? queue.DeadLetters : [];

    /// <returns>How many dead letters were removed, to be requeued or deleted.</returns>
    public int TakeDeadLetters(string consumer, Func<DeadLetter, bool> which, int atMost, bool requeue) =>
        _queues.TryGetValue(consumer, out var queue) ? queue.TakeDeadLetters(which, atMost, requeue) : 0;

    /// <summary>Waits for queued messages, not for those that wait for a retry.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        foreach (var queue in _queues.Values) await queue.WaitUntilIdleAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopped) return;
        _stopped = true;
        foreach (var subscription in _consumers.Keys.Concat<IAsyncDisposable>(_listeners.Keys)) await subscription.DisposeAsync();
        var (waiting, delayed) = (0, 0); // lost, unless there is a journal
        foreach (var queue in _queues.Values)
        {
            waiting += queue.Waiting;
            delayed += queue.Delayed;
            queue.Dispose();
        }
        if (waiting + delayed > 0 && _journal is null) _logger.LostAtStop(waiting + delayed, waiting, delayed);
    }

    private bool Send(string consumer, OutgoingEvent message)
    {
        if (!_queues.TryGetValue(consumer, out var queue)) return false;
        if (queue.Takes(message.EventType)) queue.Enqueue(Delivery(message));
        else _journal?.Settled(consumer, message.EventId);
        return true;
    }

    private static ReceivedMessage Delivery(OutgoingEvent message) =>
        new(message.Body, message.EventType, message.TraceParent, Attempt: 1, EventId: message.EventId);
}
