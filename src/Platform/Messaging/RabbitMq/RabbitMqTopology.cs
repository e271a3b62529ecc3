using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

internal static class RabbitMqTopology
{
    // A safety net under the retry policy: it counts every return of a message, also after lost connections (RabbitMQ 3.10).
    private const int DeliveryLimit = 50;
    // Listing dead letters returns them to the queue, which counts as a delivery; without a limit RabbitMQ 4 drops them after 20.
    private const int DeadLettersLimit = 1_000_000_000;
    private const long MaxSegmentBytes = 100_000_000;
    private const string DeadLetterExchange = "x-dead-letter-exchange";
    private const string DefaultExchange = "";
    // Marks the broker's "not found" for a durable queue that exists but is not open yet.
    private const string NotOpenedYet = "home node";

    public static async Task DeclareExchangesAsync(IChannel channel, EventTopology topology, CancellationToken cancellationToken)
    {
        foreach (var (exchange, type) in new[]
        {
            (topology.Exchange, ExchangeType.Topic), (topology.CommandExchange, ExchangeType.Direct),
            (topology.AnnouncementExchange, ExchangeType.Fanout), (topology.QueueExchange, ExchangeType.Direct),
        })
            await channel.ExchangeDeclareAsync(exchange, type, durable: true, autoDelete: false, cancellationToken: cancellationToken);
    }

    public static async Task DeclareConsumerAsync(
        RabbitMqSession session, EventTopology topology, ConsumerDefinition consumer, RetrySchedule schedule, CancellationToken cancellationToken)
    {
        var channel = session.Channel;
        await DeclareExchangesAsync(channel, topology, cancellationToken);
        var queue = topology.Queue(consumer.Name);
        var deadLetters = topology.DeadLetters(consumer.Name);
        await DeclareQuorumAsync(session, topology, deadLetters, new() { ["x-delivery-limit"] = DeadLettersLimit }, cancellationToken);
        foreach (var delay in schedule.Delays.Distinct())
        {
            await DeclareQuorumAsync(session, topology, topology.Retry(consumer.Name, delay), new()
            {
                ["x-message-ttl"] = (long)delay.TotalMilliseconds,
                [DeadLetterExchange] = DefaultExchange,
                ["x-dead-letter-routing-key"] = queue,
            }, cancellationToken);
        }
        await DeclareQuorumAsync(session, topology, queue, new()
        {
            ["x-delivery-limit"] = DeliveryLimit,
            [DeadLetterExchange] = DefaultExchange,
            ["x-dead-letter-routing-key"] = deadLetters,
        }, cancellationToken);
        foreach (var key in consumer.RoutingKeys)
        {
            await channel.QueueBindAsync(queue, topology.ExchangeOf(key), key, cancellationToken: cancellationToken);
            // Once, commands came over the public exchange.
            if (topology.ExchangeOf(key) != topology.Exchange)
                await channel.QueueUnbindAsync(queue, topology.Exchange, key, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Ask before the first publish: a broker that just started confirms events before it opens the stream, which misses them.</summary>
    /// <returns>False if the stream was never declared.</returns>
    /// <exception cref="EventBusUnavailableException">The stream exists and is not open yet.</exception>
    public static async Task<bool> AuditStreamExistsAsync(RabbitMqSession session, EventTopology topology, CancellationToken cancellationToken)
    {
        await using var channel = await session.OpenChannelAsync(cancellationToken);
        try
        {
            await channel.QueueDeclarePassiveAsync(topology.AuditStream, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            if (e.ShutdownReason.ReplyText.Contains(NotOpenedYet, StringComparison.Ordinal))
                throw new EventBusUnavailableException($"the broker has not opened the stream {topology.AuditStream} yet");
            return false;
        }
    }

    /// <summary>An existing stream keeps its limits: the broker refuses to declare it with others.</summary>
    public static async Task DeclareAuditAsync(
        IChannel channel, EventTopology topology, TimeSpan keep, long maxBytes, bool exists, CancellationToken cancellationToken)
    {
        await DeclareExchangesAsync(channel, topology, cancellationToken);
        if (!exists)
        {
            await channel.QueueDeclareAsync(topology.AuditStream, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
            {
                ["x-queue-type"] = "stream",
                ["x-max-age"] = $"{(long)keep.TotalSeconds}s",
                ["x-max-length-bytes"] = maxBytes,
                // Messages are deleted by whole segments, never the last one: a segment must be a small part of the stream.
                ["x-stream-max-segment-size-bytes"] = Math.Min(maxBytes / 10, MaxSegmentBytes),
            }, cancellationToken: cancellationToken);
        }
        await channel.QueueBindAsync(topology.AuditStream, topology.Exchange, "#", cancellationToken: cancellationToken);
        foreach (var command in EventRoutes.Commands)
            await channel.QueueBindAsync(topology.AuditStream, topology.CommandExchange, command, cancellationToken: cancellationToken);
    }

    /// <returns>The queue's name.</returns>
    public static async Task<string> DeclareListenerAsync(
        IChannel channel, EventTopology topology, ListenerDefinition listener, CancellationToken cancellationToken)
    {
        await DeclareExchangesAsync(channel, topology, cancellationToken);
        var arguments = new Dictionary<string, object?> { ["x-max-length"] = listener.Capacity, ["x-overflow"] = "drop-head" };
        var queue = topology.Listener(listener.Name);
        await channel.QueueDeclareAsync(queue, durable: false, exclusive: true, autoDelete: true, arguments, cancellationToken: cancellationToken);
        foreach (var key in listener.RoutingKeys)
            await channel.QueueBindAsync(queue, topology.ExchangeOf(key), key, cancellationToken: cancellationToken);
        return queue;
    }

    private static async Task DeclareQuorumAsync(
        RabbitMqSession session, EventTopology topology, string queue, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        arguments["x-queue-type"] = "quorum";
        if (arguments.ContainsKey(DeadLetterExchange))
        {
            // A message leaves its queue only when the next one has it. The strategy requires this overflow; no queue here has a limit.
            arguments["x-dead-letter-strategy"] = "at-least-once";
            arguments["x-overflow"] = "reject-publish";
            if (await IsRefusedAsync(session, queue, arguments, cancellationToken)) arguments[DeadLetterExchange] = topology.QueueExchange;
        }
        await session.Channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
        await session.Channel.QueueBindAsync(queue, topology.QueueExchange, queue, cancellationToken: cancellationToken);
    }

    // The default exchange leads to a queue without a binding. Bindings come back after queues when a broker starts, and what expires meanwhile is
    // tried again after three minutes. But a user limited to this system's names may not write to it, and a queue once declared by such a user
    // keeps its arguments. On a channel of its own, since the broker closes the channel of a request that it refuses.
    private static async Task<bool> IsRefusedAsync(
        RabbitMqSession session, string queue, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        await using var channel = await session.OpenChannelAsync(cancellationToken);
        try
        {
            await channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
            return false;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is Constants.AccessRefused or Constants.PreconditionFailed)
        {
            return true;
        }
    }
}
