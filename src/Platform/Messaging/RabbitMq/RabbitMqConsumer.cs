using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>A consumer with its own connection. A delivery is settled on the session it came on; if that is lost, the broker redelivers it.</summary>
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
        await _link.DisposeAsync(); // unhandled deliveries return to the queue
        await _watch;
    }

    private async Task SetUpAsync(RabbitMqSession session, CancellationToken cancellationToken)
    {
        await RabbitMqTopology.DeclareConsumerAsync(session, _options.Topology, _definition, _schedule, cancellationToken);
        // Prefetch is twice the concurrency: enough to bridge the round trip to the broker, little to redeliver if this process dies.
        var prefetch = (ushort)Math.Min(_definition.Concurrency * 2L * BatchSize, ushort.MaxValue);
        await session.Channel.BasicQosAsync(0, prefetch, global: false, cancellationToken);
        var inbound = new RabbitMqInbound(session, delivery =>
        {
            Interlocked.Increment(ref _received);
            _deliveries.Writer.TryWrite(delivery);
        }, tooLarge: delivery =>
        {
            Interlocked.Increment(ref _received);
            return HandleAsync([delivery]); // its size is the first thing that is looked at
        });
        _consumerTag = await session.Channel.BasicConsumeAsync(_options.Topology.Queue(_definition.Name), autoAck: false, inbound, cancellationToken);
    }

    private async Task WorkAsync()
    {
        try
        {
            while (!_noMore.IsCancellationRequested)
            {
                // Meanwhile the broker keeps everything beyond the prefetch. If prefetched messages stay unacknowledged for too long
                // (consumer_timeout, 30 minutes by default), it closes the channel and redelivers them on the next one.
                await _pause.WhileAwayAsync();
                await _deliveries.Reader.WaitToReadAsync(_noMore.Token);
                await HandleAsync(Take());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or StoppedWhilePausedException && _noMore.IsCancellationRequested) // stopped
        {
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

    // An operator who replays a span does not know the bindings of each consumer.
    private bool IsPassedOver(RabbitMqDelivery delivery) => RabbitMqMessage.IsReplayed(delivery.Properties)
        && delivery.ToMessage(_options.Topology).RoutingKey is var key && !_bindings.Any(binding => binding.Matches(key ?? ""));

    private async Task SettleAsync(RabbitMqDelivery delivery, ReceiveOutcome outcome)
    {
        try
        {
            if (await _forwarder.TakeOverAsync(_definition.Name, delivery, outcome, _drain.HandlersMustStop))
                await delivery.Session.Channel.BasicAckAsync(delivery.Tag, multiple: false, CancellationToken.None);
        }
        catch (Exception e) when (e is RabbitMQClientException or ObjectDisposedException && !delivery.Session.IsOpen) // the broker redelivers it
        {
        }
        catch (Exception e)
        {
            _logger.Unexpected(e, _definition.Name);
            delivery.Session.ThrowAway("a delivery could not be settled");
        }
    }

    /// <summary>Detects a consumer that the broker no longer serves: messages are ready, but none is delivered.</summary>
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
                // Busy or paused workers explain ready messages; an idle consumer that received nothing since the last check does not.
                var starved = queue.MessageCount > 0 && received == seen && _deliveries.Reader.Count == 0 && _busy == 0;
                if (queue is { MessageCount: > 0, ConsumerCount: 0 } || starved) session.ThrowAway("its queue has messages that are not delivered");
                seen = queue.MessageCount > 0 ? received : -1;
            }
            catch (Exception e) when (
                e is RabbitMQClientException or ObjectDisposedException or OperationCanceledException or TimeoutException or IOException)
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
            // The connection is lost: nothing is delivered any more.
        }
    }
}
