using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.InProcess;

internal sealed class InProcessListener : IAsyncDisposable
{
    private readonly TopicPattern[] _bindings;
    private readonly ListenerBuffer _buffer;
    private readonly Action<InProcessListener> _onStopped;

    public InProcessListener(ListenerDefinition definition, ReceivePipeline pipeline, MessagingMetrics metrics, Action<InProcessListener> onStopped)
    {
        _onStopped = onStopped;
        _bindings = [.. definition.RoutingKeys.Select(key => new TopicPattern(key))];
        _buffer = new ListenerBuffer(definition, pipeline, metrics);
    }

    public bool Offer(ReceivedMessage message)
    {
        if (!_bindings.Any(binding => binding.Matches(message.RoutingKey!))) return false;
        _buffer.Add(message);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _onStopped(this);
        await _buffer.DisposeAsync();
    }
}
