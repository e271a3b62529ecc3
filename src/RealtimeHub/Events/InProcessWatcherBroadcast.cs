using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.RealtimeHub.Events;

internal sealed class InProcessWatcherBroadcast(FanOut fanOut) : IWatcherBroadcast
{
    public Task PublishAsync(WatcherMessage message, CancellationToken cancellationToken)
    {
        fanOut.Post(message.TourId, message.Method, message.Argument);
        return Task.CompletedTask;
    }

    public Task ListenAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
