using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RealtimeTours.Platform.Messaging;

internal sealed record EventSubscription(string Name, Func<IServiceProvider, IEventBus, IAsyncDisposable> Start);

internal sealed record RegisteredConsumer(string Name);

/// <summary>A durable consumer of another process; operators see its dead letters here too.</summary>
internal sealed record ConsumerElsewhere(string Name);

/// <summary>Subscribes before other parts of the host start, and unsubscribes among the last, when handlers have finished.</summary>
internal sealed class EventSubscriptions(
    IEventBus bus, IEnumerable<EventSubscription> subscriptions, IServiceProvider services, ILogger<EventSubscriptions> logger)
        : IHostedLifecycleService
{
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(5);
    private readonly List<(string Name, IAsyncDisposable Running)> _running = [];

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var subscription in subscriptions) _running.Add((subscription.Name, subscription.Start(services, bus)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        await Task.WhenAll(_running.Select(StopAsync));
        _running.Clear();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DrainWithin);
        try
        {
            await bus.DrainAsync(limit.Token);
        }
        catch (OperationCanceledException) // the bus counts and logs the rest when it ends
        {
        }
    }

    private async Task StopAsync((string Name, IAsyncDisposable Running) subscription)
    {
        try
        {
            await subscription.Running.DisposeAsync();
        }
        catch (Exception e)
        {
            logger.StopFailed(e, subscription.Name);
        }
    }
}
