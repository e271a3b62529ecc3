using System.Text.Json;

namespace RealtimeTours.RealtimeHub.Events;

/// <summary>Sends a message that is not a seat count (an alert, new details) to the watchers of a tour, on all nodes.</summary>
internal interface IWatcherBroadcast
{
    /// <exception cref="Exception">The message may not have reached the other nodes; publish again.</exception>
    Task PublishAsync(WatcherMessage message, CancellationToken cancellationToken);

    /// <summary>Subscribes to the other nodes' messages; completes when subscribed.</summary>
    Task ListenAsync(CancellationToken cancellationToken);
}

/// <param name="Method">A method of <c>IAvailabilityClient</c>.</param>
internal sealed record WatcherMessage(string TourId, string Method, JsonElement Argument);

internal sealed class WatcherBroadcastListening(IWatcherBroadcast broadcast) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => broadcast.ListenAsync(stoppingToken);
}
