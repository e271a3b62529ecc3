using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>The event bus on RabbitMQ: one connection for publishing and one for each consumer and listener, each repaired by itself.</summary>
internal sealed class RabbitMqEventBus : IEventBus, IConsumerQueues, IAsyncDisposable
{
    private readonly RabbitMqBusOptions _options;
    private readonly RetrySchedule _schedule;
    private readonly TimeProvider _time;
    private readonly MessagingMetrics _metrics;
    private readonly ILogger _logger;
    private readonly RabbitMqPublisher _publisher;
    private readonly RabbitMqForwarder _forwarder;
    private readonly ConcurrentDictionary<IAsyncDisposable, RabbitMqLink> _subscriptions = new();
    private readonly ConcurrentDictionary<string, bool> _unroutable = new();

    public RabbitMqEventBus(
        RabbitMqBusOptions options, RetrySchedule schedule, TimeProvider time, MessagingMetrics metrics, ILogger<RabbitMqEventBus> logger)
    {
        (_options, _schedule, _time, _metrics, _logger) = (options, schedule, time, metrics, logger);
        _publisher = new RabbitMqPublisher(options, logger);
        _forwarder = new RabbitMqForwarder(_publisher, options.Topology, time, logger);
        metrics.ObserveConnections(() => Links.Select(link => (link.Name, link.Current is not null)));
    }

    public string? Problem => Links.FirstOrDefault(link => link.Current is null) is { } down
        ? $"RabbitMQ connection {down.Name} is not up: {down.Problem}"
        : null;

    private IEnumerable<RabbitMqLink> Links => _subscriptions.Values.Prepend(_publisher.Link);

    public bool CanPublish => _publisher.Link.Current is not null;

    public async Task PublishAsync(OutgoingEvent message, CancellationToken cancellationToken = default) =>
        await await HandOverAsync(message, cancellationToken);

    public Task<Task> HandOverAsync(OutgoingEvent message) => HandOverAsync(message, CancellationToken.None);

    public Task<bool> SendAsync(string consumer, OutgoingEvent message, CancellationToken cancellationToken = default) =>
        _publisher.PublishAsync(
            _options.Topology.QueueExchange, _options.Topology.Queue(consumer), RabbitMqMessage.Replay(message), message.Body, cancellationToken);

    public IAsyncDisposable Consume(ConsumerDefinition consumer)
    {
        _metrics.Consuming(consumer);
        var pause = new ConsumerPause(consumer, _metrics, _logger);
        var pipeline = new ReceivePipeline(consumer.Name, consumer.Handle, _schedule, _time, _metrics, _logger, pause);
        var reception = new BatchReception(consumer, pipeline, pause, _metrics, _logger);
        var running = new RabbitMqConsumer(_options, consumer, _schedule, reception, pause, _forwarder, _logger);
        return Track(running, running.Link);
    }

    public IAsyncDisposable Listen(ListenerDefinition listener)
    {
        var pipeline = new ReceivePipeline(listener.Name, listener.Handle, schedule: null, _time, _metrics, _logger);
        var running = new RabbitMqListener(_options, listener, pipeline, _metrics, _logger);
        return Track(running, running.Link);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_subscriptions.Keys.Select(async subscription => await subscription.DisposeAsync()));
        await _publisher.DisposeAsync(); // last: stopping consumers still forward failed messages
    }

    private async Task<Task> HandOverAsync(OutgoingEvent message, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var activity = MessagingTracing.Publishing(message);
        var properties = RabbitMqMessage.Properties(activity is null ? message : message with { TraceParent = activity.Id });
        try
        {
            return ConfirmedAsync(
                await _publisher.HandOverAsync(
                    _options.Topology.ExchangeOf(message.EventType), message.EventType, properties, message.Body, cancellationToken));
        }
        catch
        {
            Ended(confirmed: false);
            throw;
        }

        async Task ConfirmedAsync(Task<bool> routed)
        {
            var confirmed = false;
            try
            {
                if (!await routed) ReportUnroutable(message.EventType);
                confirmed = true;
            }
            finally
            {
                Ended(confirmed);
            }
        }

        void Ended(bool confirmed)
        {
            activity?.Dispose();
            _metrics.Published(message.EventType, started, confirmed);
        }
    }

    // An event without subscribers is not an error of its publisher.
    private void ReportUnroutable(string eventType)
    {
        _metrics.Unroutable(eventType);
        if (_unroutable.TryAdd(eventType, true)) _logger.Unroutable(eventType);
    }

    private Subscription Track(IAsyncDisposable running, RabbitMqLink link)
    {
        var subscription = new Subscription(running, stopped => _subscriptions.TryRemove(stopped, out _));
        _subscriptions[subscription] = link;
        return subscription;
    }

    private sealed class Subscription(IAsyncDisposable running, Action<IAsyncDisposable> onStopped) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            onStopped(this);
            await running.DisposeAsync();
        }
    }
}
