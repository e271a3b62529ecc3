using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealtimeTours.Contracts.Hub;
using StackExchange.Redis;

namespace RealtimeTours.Benchmarks.Peers;

/// <summary>SignalR as one writes it from the documentation: a group per tour, one send per event, behind it a Redis channel per group.</summary>
internal static class StockSignalRServer
{
    public static async Task RunAsync(string port, string rabbitMq, string exchange, string redis)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSignalR().AddJsonProtocol(options => WireJson.Configure(options.PayloadSerializerOptions));
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(redis.Replace("redis://", ""));
        builder.Services.AddSingleton(multiplexer);
        builder.Services.AddSingleton<StockGroupChannels>();
        await using var app = builder.Build();
        app.MapHub<StockHub>(HubLimits.Path);
        var subscriber = multiplexer.GetSubscriber();
        await PeerEvents.ConsumeAsync(rabbitMq, exchange, shared: true, update =>
            subscriber.PublishAsync(StockGroupChannels.Of(update.TourId), JsonSerializer.SerializeToUtf8Bytes(update, WireJson.Options)));
        await app.RunAsync($"http://127.0.0.1:{port}");
    }
}

internal sealed class StockHub(StockGroupChannels channels) : Hub
{
    public async Task WatchTours(string[] tourIds)
    {
        foreach (var tourId in tourIds)
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, tourId);
            await channels.SubscribeAsync(tourId);
        }
    }
}

/// <summary>The part of the Redis backplane that groups need: each channel's messages one after another, as its original has it.</summary>
internal sealed class StockGroupChannels(ConnectionMultiplexer redis, IHubContext<StockHub> hub)
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _subscriptions = new();

    public static RedisChannel Of(string tourId) => new($"stock:{tourId}", RedisChannel.PatternMode.Literal);

    public Task SubscribeAsync(string tourId) => _subscriptions.GetOrAdd(tourId, id => new Lazy<Task>(() => OpenAsync(id))).Value;

    private async Task OpenAsync(string tourId)
    {
        var messages = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
        _ = SendAsync(tourId, messages.Reader);
        await redis.GetSubscriber().SubscribeAsync(Of(tourId), (_, message) => messages.Writer.TryWrite(message!));
    }

    private async Task SendAsync(string tourId, ChannelReader<byte[]> messages)
    {
        await foreach (var message in messages.ReadAllAsync())
            await hub.Clients.Group(tourId).SendAsync(nameof(IAvailabilityClient.AvailabilityUpdated), JsonSerializer.Deserialize<AvailabilityUpdate>(message, WireJson.Options));
    }
}
