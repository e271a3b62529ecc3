using RabbitMQ.Client;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>A delivery and its session, the only one on which it may be acknowledged.</summary>
/// <param name="Body">A copy, unless it is too large for an event: the client's memory is valid only during its callback.</param>
internal sealed record RabbitMqDelivery(
    RabbitMqSession Session, ulong Tag, string Exchange, string RoutingKey, IReadOnlyBasicProperties Properties, ReadOnlyMemory<byte> Body)
{
    public ReceivedMessage ToMessage(EventTopology topology) => new(
        Body,
        // Retried and requeued messages have their queue's name as routing key, and the publisher's in a header.
        topology.IsPublished(Exchange) ? RoutingKey : RabbitMqMessage.OriginalRoutingKey(Properties),
        RabbitMqMessage.TraceParent(Properties),
        topology.IsPublished(Exchange) ? 1 : RabbitMqMessage.Attempt(Properties));
}

/// <summary>Passes deliveries on and returns at once, so that the client's dispatch loop never waits for a handler.</summary>
/// <param name="tooLarge">
/// For a message that is too large for an event. It is neither copied nor queued, else a few could fill the memory: the dispatch loop waits.
/// </param>
internal sealed class RabbitMqInbound(RabbitMqSession session, Action<RabbitMqDelivery> received, Func<RabbitMqDelivery, Task> tooLarge)
    : AsyncDefaultBasicConsumer(session.Channel)
{
    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var isTooLarge = body.Length > EventEnvelope.MaxBytes;
        var delivery = new RabbitMqDelivery(session, deliveryTag, exchange, routingKey, properties, isTooLarge ? body : body.ToArray());
        if (isTooLarge) return tooLarge(delivery);
        received(delivery);
        return Task.CompletedTask;
    }

    // The broker cancelled the consumer: its queue was deleted or lost its leader.
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        session.ThrowAway("the broker cancelled the consumer");
        return Task.CompletedTask;
    }
}
