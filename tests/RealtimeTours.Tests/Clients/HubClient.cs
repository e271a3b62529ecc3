using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.Clients;

/// <summary>The official .NET hub client with everything it is told, in order of arrival.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private HubClient(HubConnection connection)
    {
        Connection = connection;
        connection.On<AvailabilityUpdate>(nameof(IAvailabilityClient.AvailabilityUpdated), Updates.Enqueue);
        connection.On<AvailabilityAlert>(nameof(IAvailabilityClient.AvailabilityAlert), Alerts.Enqueue);
        connection.On<ViewersChanged>(nameof(IAvailabilityClient.ViewersChanged), Viewers.Enqueue);
        connection.On<BookingUpdate>(nameof(IAvailabilityClient.BookingUpdated), Bookings.Enqueue);
        foreach (var method in (string[])
                 [
                     nameof(IAvailabilityClient.TourUpdated), nameof(IAvailabilityClient.LoyaltyPointsEarned),
                     nameof(IAvailabilityClient.LoyaltyTierUpgraded), nameof(IAvailabilityClient.LoyaltyRewardRedeemed),
                 ])
            connection.On<JsonElement>(method, data => Others.Enqueue((method, data)));
    }

    public HubConnection Connection { get; }

    public ConcurrentQueue<AvailabilityUpdate> Updates { get; } = new();

    public ConcurrentQueue<AvailabilityAlert> Alerts { get; } = new();

    public ConcurrentQueue<ViewersChanged> Viewers { get; } = new();

    public ConcurrentQueue<BookingUpdate> Bookings { get; } = new();

    /// <summary>Everything else the hub calls, by method name.</summary>
    public ConcurrentQueue<(string Method, JsonElement Data)> Others { get; } = new();

    // A path in front of the hub's own stays.
    private static Uri AddressOf(string host) =>
        host.EndsWith(HubContract.Path, StringComparison.Ordinal) ? new Uri(host) : new Uri(new Uri(host), HubContract.Path);

    /// <param name="host">The hub's host, such as <c>http://127.0.0.1:3007</c>.</param>
    /// <param name="transport">The client chooses where nothing is given.</param>
    /// <param name="options">What a test sets otherwise than a user would who leaves everything to the client.</param>
    /// <param name="protocol">In place of the client's own JSON protocol.</param>
    public static async Task<HubClient> ConnectAsync(
        string host, string? token = null, bool reconnect = false, HttpTransportType? transport = null,
        Action<HttpConnectionOptions>? options = null, IHubProtocol? protocol = null)
    {
        var builder = new HubConnectionBuilder().WithUrl(AddressOf(host), transport ?? HttpTransports.All, http =>
        {
            http.AccessTokenProvider = () => Task.FromResult(token);
            options?.Invoke(http);
        });
        if (reconnect) builder.WithAutomaticReconnect(new RetrySoon());
        if (protocol is not null) builder.Services.AddSingleton(protocol);
        var client = new HubClient(builder.Build());
        await client.Connection.StartAsync();
        return client;
    }

    public Task<TourSnapshot> WatchTourAsync(string tourId) => Connection.InvokeAsync<TourSnapshot>("WatchTour", tourId);

    public Task<TourSnapshot[]> WatchToursAsync(params string[] tourIds) => Connection.InvokeAsync<TourSnapshot[]>("WatchTours", tourIds);

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    // The client's own delays (0, 2, 10, 30 s) would be what a test of the hub measures.
    private sealed class RetrySoon : IRetryPolicy
    {
        public TimeSpan? NextRetryDelay(RetryContext retryContext) => TimeSpan.FromMilliseconds(200);
    }
}
