using System.Threading.Channels;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.InProcess;

/// <summary>Bounded buffer between a bus and a listener's handler: in order, one at a time; when full, it drops the oldest.</summary>
internal sealed class ListenerBuffer : IAsyncDisposable
{
    private readonly Channel<ReceivedMessage> _waiting;
    private readonly ListenerBacklog? _backlog;
    private readonly ReceivePipeline _pipeline;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _worker;

    public ListenerBuffer(ListenerDefinition definition, ReceivePipeline pipeline, MessagingMetrics metrics)
    {
        (_pipeline, _backlog) = (pipeline, definition.Backlog);
        _waiting = Channel.CreateBounded<ReceivedMessage>(
            new BoundedChannelOptions(definition.Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => metrics.Dropped(definition.Name));
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Never blocks.</summary>
    public void Add(ReceivedMessage message) => _waiting.Writer.TryWrite(message);

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await Task.WhenAny(_worker, Task.Delay(TimeSpan.FromSeconds(5)));
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var message in _waiting.Reader.ReadAllAsync(_stopping.Token))
            {
                _backlog?.Waits = _waiting.Reader.Count > 0;
                await _pipeline.RunAsync(message, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested) // stopped: a listener's messages are not worth waiting for
        {
        }
    }
}
