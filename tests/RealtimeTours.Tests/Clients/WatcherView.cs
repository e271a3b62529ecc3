using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.Clients;

/// <summary>
/// What one visitor sees in a list of tours, whatever happens to the connection: it reconnects and watches again. Notes every broken promise.
/// </summary>
internal sealed class WatcherView(string name) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Tour, DateTimeOffset? Date), AvailabilityUpdate> _shown = [];
    private readonly Dictionary<string, int> _viewers = [];
    private readonly List<string> _breaches = [];
    private IAsyncDisposable? _client;

    public string Name => name;

    /// <summary>Promises of CONTRACT §4 that were broken on one connection; none hopefully.</summary>
    public IReadOnlyList<string> Breaches
    {
        get { lock (_gate) return [.. _breaches]; }
    }

    public int Reconnects { get; private set; }

    /// <summary>It watches: the connection is there, and its snapshots came. .NET alone.</summary>
    public bool Watching { get; private set; }

    /// <summary>Times it was cut while it watched, instead of being asked to reconnect. .NET alone.</summary>
    public int Cuts { get; private set; }

    public int Updates { get; private set; }

    public int? Seats(string tour, DateTimeOffset? date = null)
    {
        lock (_gate) return _shown.GetValueOrDefault((tour, date))?.AvailableSpots;
    }

    public int? Viewers(string tour)
    {
        lock (_gate) return _viewers.TryGetValue(tour, out var viewers) ? viewers : null;
    }

    /// <summary>With the official JavaScript client.</summary>
    /// <param name="transport">See <see cref="JavaScriptWatcher.StartAsync"/>.</param>
    public static async Task<WatcherView> JavaScriptAsync(string hub, IReadOnlyList<string> tours, string transport = "WebSockets")
    {
        var view = new WatcherView($"JavaScript over {transport}");
        view._client = await JavaScriptWatcher.StartAsync(hub, tours, line: view.Line, transport: transport);
        return view;
    }

    /// <summary>With the official .NET client.</summary>
    /// <param name="options">See <see cref="HubClient.ConnectAsync"/>.</param>
    public static async Task<WatcherView> DotNetAsync(
        string host, IReadOnlyList<string> tours, HttpTransportType transport = HttpTransportType.WebSockets,
        Action<HttpConnectionOptions>? options = null)
    {
        var view = new WatcherView($".NET over {transport}");
        var client = await HubClient.ConnectAsync(host, reconnect: true, transport: transport, options: options);
        client.Connection.On<AvailabilityUpdate>(nameof(IAvailabilityClient.AvailabilityUpdated), view.Update);
        client.Connection.On<ViewersChanged>(nameof(IAvailabilityClient.ViewersChanged), view.Counted);
        client.Connection.Reconnecting += why =>
        {
            if (view.Watching && why is not null) view.Cuts++;
            view.Watching = false;
            return Task.CompletedTask;
        };
        client.Connection.Reconnected += _ =>
        {
            view.Reconnected();
            return WatchAsync();
        };
        view._client = client;
        await WatchAsync();
        return view;

        async Task WatchAsync()
        {
            foreach (var snapshot in await client.WatchToursAsync([.. tours])) view.Snapshot(snapshot);
            view.Watching = true;
        }
    }

    public ValueTask DisposeAsync() => _client?.DisposeAsync() ?? default;

    private void Line(string method, JsonElement argument)
    {
        switch (method)
        {
            case "reconnected": Reconnected(); break;
            case "snapshots": foreach (var each in argument.EnumerateArray()) Snapshot(each.Deserialize<TourSnapshot>(WireJson.Options)!); break;
            case nameof(IAvailabilityClient.AvailabilityUpdated): Update(argument.Deserialize<AvailabilityUpdate>(WireJson.Options)!); break;
            case nameof(IAvailabilityClient.ViewersChanged): Counted(argument.Deserialize<ViewersChanged>(WireJson.Options)!); break;
        }
    }

    // A new connection: what the old one was told counts no more, only the picture stays until the new snapshot.
    private void Reconnected()
    {
        lock (_gate)
        {
            Reconnects++;
            _shown.Clear();
            _viewers.Clear();
        }
    }

    // The clients run callbacks apart from results: a snapshot may be seen after updates that followed it on the wire.
    private void Snapshot(TourSnapshot snapshot)
    {
        lock (_gate)
        {
            _viewers.TryAdd(snapshot.TourId, snapshot.Viewers);
            foreach (var update in snapshot.Departures)
                if (!_shown.TryGetValue((update.TourId, update.Date), out var last) || update.Version > last.Version) _shown[
                    (update.TourId, update.Date)] = update;
        }
    }

    private void Update(AvailabilityUpdate update)
    {
        lock (_gate)
        {
            Updates++;
            if (_shown.TryGetValue((update.TourId, update.Date), out var last) && update.Version <= last.Version)
                _breaches.Add(
                    $"{name}: {update.TourId} version {update.Version} ({update.AvailableSpots}) after {last.Version} ({last.AvailableSpots})");
            _shown[(update.TourId, update.Date)] = update;
        }
    }

    private void Counted(ViewersChanged change)
    {
        lock (_gate) _viewers[change.TourId] = change.Viewers;
    }
}
