using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>
/// A durable consumer on a connection of its own, so that a fault of one does not touch the others. The worker that handled a delivery
/// settles it, on the session it came on or not at all: what a lost session had delivered comes again.
/// </summary>
internal sealed class RabbitMqConsumer : IAsyncDisposable
{
    private readonly RabbitMqBusOptions _options;
    private readonly ConsumerDefinition _definition;
    private readonly RetrySchedule _schedule;
    private readonly ReceivePipeline _pipeline;
    private readonly RabbitMqForwarder _forwarder;
    private readonly ILogger _logger;
    private readonly Channel<RabbitMqDelivery> _deliveries = Channel.CreateUnbounded<RabbitMqDelivery>(); // bounded by the prefetch
    private readonly CancellationTokenSource _noMore = new();
    private readonly HandlerDrain _drain;
    private readonly RabbitMqLink _link;
    private readonly TopicPattern[] _bindings;
    private readonly Task _workers;
    private readonly Task _watch;
    private string? _consumerTag;
    private long _received;
    private int _busy;

    public RabbitMqConsumer(
        RabbitMqBusOptions options, ConsumerDefinition definition, RetrySchedule schedule, ReceivePipeline pipeline, RabbitMqForwarder forwarder, ILogger logger)
    {
        (_options, _definition, _schedule, _pipeline, _forwarder, _logger) = (options, definition, schedule, pipeline, forwarder, logger);
        _bindings = [.. definition.RoutingKeys.Select(key => new TopicPattern(key))];
        _drain = new HandlerDrain(definition.Name, logger);
        _link = new RabbitMqLink(options, $"consumer {definition.Name}", channel: null, SetUpAsync, logger).Start();
        _workers = Task.WhenAll(Enumerable.Range(0, definition.Concurrency).Select(_ => Task.Run(WorkAsync)));
        _watch = Task.Run(WatchAsync);
    }

    public RabbitMqLink Link => _link;

    public async ValueTask DisposeAsync()
    {
        if (_noMore.IsCancellationRequested) return;
        await _noMore.CancelAsync();
        await CancelConsumerAsync();
        await _drain.FinishAsync(_workers);
        await _link.DisposeAsync(); // what was delivered but not handled goes back to the queue
        await _watch;
    }

    private async Task SetUpAsync(RabbitMqSession session, CancellationToken cancellationToken)
    {
        await RabbitMqTopology.DeclareConsumerAsync(session.Channel, _options.Topology, _definition, _schedule, cancellationToken);
        // Twice what is handled at once: enough to bridge the way to the broker, little to give back when this process dies.
        await session.Channel.BasicQosAsync(0, (ushort)Math.Min(_definition.Concurrency * 2, ushort.MaxValue), global: false, cancellationToken);
        var inbound = new RabbitMqInbound(session, delivery =>
        {
            Interlocked.Increment(ref _received);
            _deliveries.Writer.TryWrite(delivery);
        });
        _consumerTag = await session.Channel.BasicConsumeAsync(_options.Topology.Queue(_definition.Name), autoAck: false, inbound, cancellationToken);
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var delivery in _deliveries.Reader.ReadAllAsync(_noMore.Token))
            {
                if (_noMore.IsCancellationRequested) return;
                if (delivery.Session.IsOpen) await HandleAsync(delivery);
            }
        }
        catch (OperationCanceledException) when (_noMore.IsCancellationRequested)
        {
            // stopped while idle
        }
    }

    private async Task HandleAsync(RabbitMqDelivery delivery)
    {
        Interlocked.Increment(ref _busy);
        try
        {
            var message = delivery.ToMessage(_options.Topology);
            // Whoever replays a span does not know what each consumer is bound to; the consumer does.
            var outcome = RabbitMqMessage.IsReplayed(delivery.Properties) && !_bindings.Any(binding => binding.Matches(message.RoutingKey ?? ""))
                ? ReceiveOutcome.Ack.Instance
                : await _pipeline.RunAsync(message, _drain.HandlersMustStop);
            if (await _forwarder.TakeOverAsync(_definition.Name, delivery, outcome, _drain.HandlersMustStop))
                await delivery.Session.Channel.BasicAckAsync(delivery.Tag, multiple: false, CancellationToken.None);
        }
        catch (Exception e) when (e is RabbitMQClientException or ObjectDisposedException && !delivery.Session.IsOpen)
        {
            // the session died under the acknowledgement: the broker delivers it again
        }
        catch (Exception e)
        {
            _logger.Unexpected(e, _definition.Name);
            delivery.Session.ThrowAway("a delivery could not be settled");
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
        }
    }

    /// <summary>Catches the consumer that the broker has forgotten: messages are ready, and nobody gets them.</summary>
    private async Task WatchAsync()
    {
        var seen = -1L;
        while (!_noMore.IsCancellationRequested)
        {
            await Task.Delay(_options.WatchInterval, _noMore.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_noMore.IsCancellationRequested || _link.Current is not { } session) continue;
            try
            {
                var queue = await session.Channel.QueueDeclarePassiveAsync(_options.Topology.Queue(_definition.Name), CancellationToken.None);
                var received = Interlocked.Read(ref _received);
                // Busy workers explain ready messages; an idle consumer that saw nothing since the last look does not.
                var starved = queue.MessageCount > 0 && received == seen && _deliveries.Reader.Count == 0 && _busy == 0;
                if (queue is { MessageCount: > 0, ConsumerCount: 0 } || starved) session.ThrowAway("its queue has messages that are not delivered");
                seen = queue.MessageCount > 0 ? received : -1;
            }
            catch (Exception e) when (e is RabbitMQClientException or ObjectDisposedException or OperationCanceledException or TimeoutException or IOException)
            {
                session.ThrowAway($"the broker does not answer: {e.Message}");
            }
        }
    }

    private async Task CancelConsumerAsync()
    {
        if (_link.Current is not { } session || _consumerTag is not { } tag) return;
        try
        {
            await session.Channel.BasicCancelAsync(tag).WaitAsync(TimeSpan.FromSeconds(2));
        }
        catch (Exception e) when (e is RabbitMQClientException or ObjectDisposedException or OperationCanceledException or TimeoutException)
        {
            // lost meanwhile: then nothing is delivered either
        }
    }
}
