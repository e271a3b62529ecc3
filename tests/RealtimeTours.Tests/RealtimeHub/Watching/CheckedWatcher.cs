using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Tests.Clients;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>
/// One connection of the official client, checked against the model of what it may see. Its calls may overlap: nobody has to await one before the
/// next.
/// </summary>
internal sealed class CheckedWatcher(WatcherModel model, HubClient client) : IAsyncDisposable
{
    public WatcherModel Model => model;

    public HashSet<string> Watched { get; } = [];

    public HubConnectionState State => client.Connection.State;

    public static async Task<CheckedWatcher> ConnectAsync(HubNode node, Func<AvailabilityUpdate, bool> wasSaid)
    {
        var model = new WatcherModel(wasSaid);
        return new CheckedWatcher(model, await HubClient.ConnectAsync(node.Address, protocol: new ObservedProtocol(model.Sending, model.Received)));
    }

    /// <summary>Completes with the hub's answer.</summary>
    public Task WatchAsync(params string[] tours)
    {
        Watched.UnionWith(tours);
        return tours.Length == 1 ? client.WatchTourAsync(tours[0]) : client.WatchToursAsync(tours);
    }

    /// <summary>Completes with the hub's answer.</summary>
    public Task UnwatchAsync(string tour)
    {
        Watched.Remove(tour);
        return client.Connection.InvokeAsync("UnwatchTour", tour);
    }

    /// <summary>Completes when the call is sent; the stream then goes on as long as the connection.</summary>
    public Task StreamAsync(string tour) => client.Connection.StreamAsChannelAsync<AvailabilityUpdate>("StreamAvailability", new[] { tour });

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
