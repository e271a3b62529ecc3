using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.InProcess;

/// <summary>The workers of one <see cref="IEventBus.Consume"/> call; several calls with one name share the queue.</summary>
internal sealed class InProcessConsumer : IAsyncDisposable
{
    private readonly InProcessQueue _queue;
    private readonly ReceivePipeline _pipeline;
    private readonly HandlerDrain _drain;
    private readonly Action<InProcessConsumer> _onStopped;
    private readonly CancellationTokenSource _noMore = new();
    private readonly Task _workers;

    public InProcessConsumer(
        ConsumerDefinition definition, InProcessQueue queue, ReceivePipeline pipeline, ILogger logger, Action<InProcessConsumer> onStopped)
    {
        (_queue, _pipeline, _onStopped) = (queue, pipeline, onStopped);
        _drain = new HandlerDrain(definition.Name, logger);
        _workers = Task.WhenAll(Enumerable.Range(0, definition.Concurrency).Select(_ => Task.Run(WorkAsync)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_noMore.IsCancellationRequested) return;
        await _noMore.CancelAsync();
        await _drain.FinishAsync(_workers);
        _onStopped(this);
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var message in _queue.ReadAsync(_noMore.Token))
            {
                _queue.Settle(message, await _pipeline.RunAsync(message, _drain.HandlersMustStop));
                // A stopped consumer leaves what is queued to the next one of its name.
                if (_noMore.IsCancellationRequested) return;
            }
        }
        catch (OperationCanceledException) when (_noMore.IsCancellationRequested)
        {
            // stopped while idle
        }
    }
}
