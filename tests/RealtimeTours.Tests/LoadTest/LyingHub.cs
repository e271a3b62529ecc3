using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.LoadTest;

/// <summary>A hub as small as one can be, on one queue, that breaks one promise.</summary>
internal sealed class LyingHub : IAsyncDisposable
{
    private readonly List<WebSocket> _watchers = [];
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Func<int, long, int, IEnumerable<(long Version, int Spots)>> _lie;
    private readonly WebApplication _app;
    private IConnection _connection = null!;
    private int _events;

    private LyingHub(Func<int, long, int, IEnumerable<(long Version, int Spots)>> lie)
    {
        _lie = lie;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Map(HubLimits.Path, ServeAsync);
    }

    public string Exchange { get; } = $"lies-{Guid.NewGuid():N}";

    public string Url => _app.Urls.Single();

    /// <param name="lie">What each watcher is told of an event: from its number, from 0, its version and its seats.</param>
    public static async Task<LyingHub> StartAsync(string rabbitMq, Func<int, long, int, IEnumerable<(long Version, int Spots)>> lie)
    {
        var hub = new LyingHub(lie);
        hub._connection = await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync();
        var channel = await hub._connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(hub.Exchange, ExchangeType.Topic, autoDelete: true);
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, hub.Exchange, "#");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) => hub.RelayAsync(JsonDocument.Parse(delivery.Body).RootElement);
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        await hub._app.StartAsync();
        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _connection.DisposeAsync();
        _gate.Dispose();
    }

    private async Task RelayAsync(JsonElement envelope)
    {
        var data = envelope.GetProperty("data");
        foreach (var (version, availableSpots) in _lie(_events++, data.GetProperty("version").GetInt64(), data.GetProperty("availableSpots").GetInt32()))
        {
            var update = new { tourId = data.GetProperty("tourId"), date = (string?)null, availableSpots, version, timestamp = envelope.GetProperty("timestamp") };
            await SendAsync(_watchers, JsonSerializer.Serialize(new { type = 1, target = "AvailabilityUpdated", arguments = new[] { update } }));
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.Count == 0) return;
            foreach (var message in Encoding.UTF8.GetString(buffer, 0, received.Count).Split('\u001e', StringSplitOptions.RemoveEmptyEntries))
            {
                var isCall = message.Contains("WatchTours", StringComparison.Ordinal);
                await SendAsync([socket], isCall ? """{"type":3,"invocationId":"w","result":[]}""" : "{}");
                if (isCall) lock (_watchers) _watchers.Add(socket);
            }
        }
    }

    private async Task SendAsync(IEnumerable<WebSocket> sockets, string message)
    {
        await _gate.WaitAsync();
        try
        {
            WebSocket[] all;
            lock (_watchers) all = [.. sockets];
            foreach (var socket in all)
                await socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, endOfMessage: true, default);
        }
        catch (WebSocketException)
        {
            // a watcher has left
        }
        finally
        {
            _gate.Release();
        }
    }
}
