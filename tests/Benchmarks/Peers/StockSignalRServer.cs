using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealtimeTours.Contracts.Hub;
using StackExchange.Redis;

namespace RealtimeTours.Benchmarks.Peers;

/// <summary>SignalR as one writes it from the documentation: a group per tour, one send per event, the official Redis backplane behind it.</summary>
internal static class StockSignalRServer
{
    public static async Task RunAsync(string port, string rabbitMq, string exchange, string redis)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSignalR()
            .AddStackExchangeRedis(redis.Replace("redis://", ""), options => options.Configuration.ChannelPrefix = RedisChannel.Literal(exchange));
        await using var app = builder.Build();
        app.MapHub<StockHub>(HubContract.Path);
        var hub = app.Services.GetRequiredService<IHubContext<StockHub, IAvailabilityClient>>();
        await PeerEvents.ConsumeAsync(rabbitMq, exchange, shared: true, update => hub.Clients.Group(update.TourId).AvailabilityUpdated(update));
        await app.RunAsync($"http://127.0.0.1:{port}");
    }
}

internal sealed class StockHub : Hub<IAvailabilityClient>
{
    public async Task WatchTours(string[] tourIds)
    {
        foreach (var tourId in tourIds) await Groups.AddToGroupAsync(Context.ConnectionId, tourId);
    }
}
