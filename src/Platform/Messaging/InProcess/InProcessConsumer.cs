using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.InProcess;

/// <summary>The workers of one <see cref="IEventBus.Consume"/> call. Calls with one name share a queue.</summary>
internal sealed class InProcessConsumer : IAsyncDisposable
{
    private readonly InProcessQueue _queue;
    private readonly int _batch;
    private readonly BatchReception _reception;
    private readonly ConsumerPause _pause;
    private readonly HandlerDrain _drain;
    private readonly Action<InProcessConsumer> _onStopped;
    private readonly CancellationTokenSource _noMore = new();
    private readonly Task _workers;

    public InProcessConsumer(
        ConsumerDefinition definition, InProcessQueue queue, BatchReception reception, ConsumerPause pause, ILogger logger,
        Action<InProcessConsumer> onStopped)
    {
        (_queue, _reception, _pause, _onStopped) = (queue, reception, pause, onStopped);
        _batch = definition.Batch?.Max ?? 1;
        _drain = new HandlerDrain(definition.Name, logger);
        _workers = Task.WhenAll(Enumerable.Range(0, definition.Concurrency).Select(_ => Task.Run(WorkAsync)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_noMore.IsCancellationRequested) return;
        await _noMore.CancelAsync();
        _pause.Stop();
        await _drain.FinishAsync(_workers);
        _onStopped(this);
    }

    private async Task WorkAsync()
    {
        try
        {
            // A stopped consumer leaves queued messages to the next one of its name.
            while (!_noMore.IsCancellationRequested)
            {
                await _pause.WhileAwayAsync();
                await _queue.WaitAsync(_noMore.Token);
                var messages = _queue.Take(_batch);
                var outcomes = await _reception.RunAsync(messages, _drain.HandlersMustStop);
                for (var i = 0; i < messages.Count; i++) _queue.Settle(messages[i], outcomes[i]);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or StoppedWhilePausedException && _noMore.IsCancellationRequested) // stopped
        {
        }
    }
}
