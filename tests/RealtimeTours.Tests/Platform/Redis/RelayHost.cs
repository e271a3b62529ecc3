using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>A web host with a hub written the ordinary way, over the backplane.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<HubConnection> _clients = [];

    private RelayHost(WebApplication app) => _app = app;

    public IHubContext<RelayHub> Hub => _app.Services.GetRequiredService<IHubContext<RelayHub>>();

    /// <summary>The connection that the backplane takes.</summary>
    public RedisConnection Redis => _app.Services.GetRequiredKeyedService<RedisConnection>(RedisHubBackplane.ConnectionKey);

    /// <param name="prefix">Hosts with the same one are one system.</param>
    public static async Task<RelayHost> StartAsync(string redisUrl, string prefix)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IUserIdProvider, NameFromQuery>();
        builder.Services.AddSignalR(o => (o.MaximumParallelInvocationsPerClient, o.EnableDetailedErrors) = (2, true)).AddRedisHubBackplane<RelayHub>(
            new PlatformSettings(RabbitMqUrl: null, "exchange", prefix, redisUrl, TimeSpan.FromDays(1), DatabaseUrl: null, DataFolder: ""));
        var app = builder.Build();
        app.MapHub<RelayHub>("/relay");
        await app.StartAsync();
        return new RelayHost(app);
    }

    public async Task<RelayClient> ConnectAsync(string user, string? group = null)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl($"{_app.Urls.Single()}/relay", options => options.AccessTokenProvider = () => Task.FromResult<string?>(user)).Build();
        var client = new RelayClient(connection, new ConcurrentQueue<string>());
        connection.On<string>("Hear", client.Heard.Enqueue);
        connection.On<int, RelayAnswer>("Double", number => new RelayAnswer(number * 2, user));
        await connection.StartAsync();
        _clients.Add(connection);
        if (group is not null) await connection.InvokeAsync("Join", group);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await _app.DisposeAsync();
    }

    private sealed class NameFromQuery : IUserIdProvider
    {
        public string? GetUserId(HubConnectionContext connection) =>
            connection.GetHttpContext() is { } request ? (string?)request.Request.Query["access_token"]
                ?? $"{request.Request.Headers.Authorization}".Replace("Bearer ", "") : null;
    }
}

internal sealed record RelayClient(HubConnection Connection, ConcurrentQueue<string> Heard);

internal sealed record RelayAnswer(int Number, string From);

internal sealed class RelayHub : Hub
{
    public string Id() => Context.ConnectionId;

    public Task Join(string group) => Groups.AddToGroupAsync(Context.ConnectionId, group);

    public Task AddOther(string connectionId, string group) => Groups.AddToGroupAsync(connectionId, group);

    public Task ToGroup(string group, string text) => Clients.Group(group).SendAsync("Hear", text);

    public Task ToUser(string user, string text) => Clients.User(user).SendAsync("Hear", text);

    public Task ToOthers(string text) => Clients.Others.SendAsync("Hear", text);

    public Task ToClient(string connectionId, string text) => Clients.Client(connectionId).SendAsync("Hear", text);

    public Task<RelayAnswer> Ask(string connectionId, int number) =>
        Clients.Client(connectionId).InvokeAsync<RelayAnswer>("Double", number, Context.ConnectionAborted);
}
