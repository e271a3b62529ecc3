using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
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

    /// <param name="host">The hub's host, such as <c>http://127.0.0.1:3007</c>.</param>
    public static async Task<HubClient> ConnectAsync(string host, string? token = null, string? origin = null, bool reconnect = false)
    {
        var builder = new HubConnectionBuilder();
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory(token, origin));
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri(new Uri(host), HubLimits.Path)));
        if (reconnect) builder.WithAutomaticReconnect(new RetrySoon());
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
