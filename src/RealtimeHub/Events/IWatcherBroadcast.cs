using System.Text.Json;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.RealtimeHub.Events;

/// <summary>Tells the watchers of a tour something that is not state (an alert, new details), on all nodes.</summary>
internal interface IWatcherBroadcast
{
    /// <exception cref="Exception">It may not have reached the other nodes; publish again.</exception>
    Task PublishAsync(WatcherMessage message, CancellationToken cancellationToken);

    /// <summary>Begins to hear the other nodes; completes when it does.</summary>
    Task ListenAsync(CancellationToken cancellationToken);
}

/// <param name="Method">A method of <c>IAvailabilityClient</c>.</param>
internal sealed record WatcherMessage(string TourId, string Method, JsonElement Argument);

/// <summary>Starts the hearing with the host.</summary>
internal sealed class WatcherBroadcastListening(IWatcherBroadcast broadcast) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => broadcast.ListenAsync(stoppingToken);
}
