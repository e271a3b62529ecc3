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
    private readonly BatchReception _reception;
    private readonly ConsumerPause _pause;
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
        RabbitMqBusOptions options, ConsumerDefinition definition, RetrySchedule schedule, BatchReception reception, ConsumerPause pause,
        RabbitMqForwarder forwarder, ILogger logger)
    {
        (_options, _definition, _schedule, _forwarder, _logger) = (options, definition, schedule, forwarder, logger);
        (_reception, _pause) = (reception, pause);
        _bindings = [.. definition.RoutingKeys.Select(key => new TopicPattern(key))];
        _drain = new HandlerDrain(definition.Name, logger);
        _link = new RabbitMqLink(options, $"consumer {definition.Name}", channel: null, SetUpAsync, logger).Start();
        _workers = Task.WhenAll(Enumerable.Range(0, definition.Concurrency).Select(_ => Task.Run(WorkAsync)));
        _watch = Task.Run(WatchAsync);
    }

    public RabbitMqLink Link => _link;

    private int BatchSize => _definition.Batch?.Max ?? 1;

    public async ValueTask DisposeAsync()
    {
        if (_noMore.IsCancellationRequested) return;
        await _noMore.CancelAsync();
        _pause.Stop();
        await CancelConsumerAsync();
        await _drain.FinishAsync(_workers);
        await _link.DisposeAsync(); // what was delivered but not handled goes back to the queue
        await _watch;
    }

    private async Task SetUpAsync(RabbitMqSession session, CancellationToken cancellationToken)
    {
        await RabbitMqTopology.DeclareConsumerAsync(session.Channel, _options.Topology, _definition, _schedule, cancellationToken);
        // Twice what is handled at once: enough to bridge the way to the broker, little to give back when this process dies.
        var prefetch = (ushort)Math.Min(_definition.Concurrency * 2L * BatchSize, ushort.MaxValue);
        await session.Channel.BasicQosAsync(0, prefetch, global: false, cancellationToken);
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
            while (!_noMore.IsCancellationRequested)
            {
                // Meanwhile the broker keeps what is beyond the prefetch. Where it loses its patience with what is within, unacknowledged
                // (consumer_timeout, 30 minutes unless configured), it closes the channel and delivers that again on the next.
                await _pause.WhileAwayAsync();
                await _deliveries.Reader.WaitToReadAsync(_noMore.Token);
                await HandleAsync(Take());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or StoppedWhilePausedException && _noMore.IsCancellationRequested)
        {
            // stopped while idle or paused
        }
    }

    private List<RabbitMqDelivery> Take()
    {
        var taken = new List<RabbitMqDelivery>();
        while (taken.Count < BatchSize && !_noMore.IsCancellationRequested && _deliveries.Reader.TryRead(out var delivery))
            if (delivery.Session.IsOpen) taken.Add(delivery);
        return taken;
    }

    private async Task HandleAsync(List<RabbitMqDelivery> deliveries)
    {
        Interlocked.Increment(ref _busy);
        try
        {
            foreach (var delivery in deliveries.FindAll(IsPassedOver))
            {
                deliveries.Remove(delivery);
                await SettleAsync(delivery, ReceiveOutcome.Ack.Instance);
            }
            var messages = deliveries.ConvertAll(delivery => delivery.ToMessage(_options.Topology));
            var outcomes = await _reception.RunAsync(messages, _drain.HandlersMustStop);
            for (var i = 0; i < outcomes.Length; i++) await SettleAsync(deliveries[i], outcomes[i]);
        }
        catch (Exception e)
        {
            _logger.Unexpected(e, _definition.Name);
            foreach (var delivery in deliveries) delivery.Session.ThrowAway("a delivery could not be handled");
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
        }
    }

    // Whoever replays a span does not know what each consumer is bound to; the consumer does.
    private bool IsPassedOver(RabbitMqDelivery delivery) => RabbitMqMessage.IsReplayed(delivery.Properties)
        && delivery.ToMessage(_options.Topology).RoutingKey is var key && !_bindings.Any(binding => binding.Matches(key ?? ""));

    private async Task SettleAsync(RabbitMqDelivery delivery, ReceiveOutcome outcome)
    {
        try
        {
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
                // Busy workers explain ready messages, also those that stand still in a pause; an idle consumer that saw nothing since the
                // last look does not.
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
