using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RealtimeTours.Platform.Messaging.InProcess;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>A queue of this process alone, deleted with its connection and declared again on the next one.</summary>
internal sealed class RabbitMqListener : IAsyncDisposable
{
    private readonly RabbitMqBusOptions _options;
    private readonly ListenerDefinition _definition;
    private readonly ReceivePipeline _pipeline;
    private readonly ListenerBuffer _buffer;

    public RabbitMqListener(
        RabbitMqBusOptions options, ListenerDefinition definition, ReceivePipeline pipeline, MessagingMetrics metrics, ILogger logger)
    {
        (_options, _definition, _pipeline) = (options, definition, pipeline);
        _buffer = new ListenerBuffer(definition, pipeline, metrics);
        Link = new RabbitMqLink(options, $"listener {definition.Name}", channel: null, SetUpAsync, logger).Start();
    }

    public RabbitMqLink Link { get; }

    public async ValueTask DisposeAsync()
    {
        await Link.DisposeAsync();
        await _buffer.DisposeAsync();
    }

    private async Task SetUpAsync(RabbitMqSession session, CancellationToken cancellationToken)
    {
        var queue = await RabbitMqTopology.DeclareListenerAsync(session.Channel, _options.Topology, _definition, cancellationToken);
        var inbound = new RabbitMqInbound(
            session, delivery => _buffer.Add(delivery.ToMessage(_options.Topology)),
            tooLarge: delivery => _pipeline.RunAsync(delivery.ToMessage(_options.Topology), CancellationToken.None));
        await session.Channel.BasicConsumeAsync(queue, autoAck: true, inbound, cancellationToken);
    }
}
