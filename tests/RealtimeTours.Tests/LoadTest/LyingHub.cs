using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.LoadTest;

/// <summary>A stock SignalR hub on one queue that breaks one promise.</summary>
internal sealed class LyingHub(WebApplication app, IConnection connection) : IAsyncDisposable
{
    public string Exchange { get; } = $"lies-{Guid.NewGuid():N}";

    public string Url => app.Urls.Single();

    /// <param name="lie">What all watchers are told of an event: from its number, from 0, its version and its seats.</param>
    public static async Task<LyingHub> StartAsync(string rabbitMq, Func<int, long, int, IEnumerable<(long Version, int Spots)>> lie)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapHub<WatchHub>(HubContract.Path);
        await app.StartAsync();
        var hub = new LyingHub(app, await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync());
        await hub.RelayAsync(lie);
        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task RelayAsync(Func<int, long, int, IEnumerable<(long Version, int Spots)>> lie)
    {
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, autoDelete: true);
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, Exchange, "#");
        var consumer = new AsyncEventingBasicConsumer(channel);
        var watchers = app.Services.GetRequiredService<IHubContext<WatchHub>>().Clients.All;
        var events = 0;
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var envelope = JsonDocument.Parse(delivery.Body).RootElement;
            var data = envelope.GetProperty("data");
            foreach (
                var (version, availableSpots) in lie(events++, data.GetProperty("version").GetInt64(), data.GetProperty("availableSpots").GetInt32()))
                await watchers.SendAsync(nameof(IAvailabilityClient.AvailabilityUpdated),
                    new { tourId = data.GetProperty("tourId"), date = (string?)null, availableSpots, version,
                        timestamp = envelope.GetProperty("timestamp") });
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
    }

    private sealed class WatchHub : Hub
    {
        public TourSnapshot[] WatchTours(string[] tourIds) => [];
    }
}
