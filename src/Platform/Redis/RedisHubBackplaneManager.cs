using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>The stock manager, but connections made while Redis is down are served at once and get group messages when it is back.</summary>
internal sealed partial class RedisHubBackplaneManager<THub> : RedisHubLifetimeManager<THub> where THub : Hub
{
    private readonly RedisConnection _redis;
    private readonly ILogger _logger;

    public RedisHubBackplaneManager(
        [FromKeyedServices(RedisHubBackplane.ConnectionKey)] RedisConnection redis, ILogger<RedisHubLifetimeManager<THub>> logger,
        IOptions<RedisOptions> options,
        IHubProtocolResolver protocols, IOptions<HubOptions> allHubs, IOptions<HubOptions<THub>> thisHub)
            : base(logger, options, protocols, allHubs, thisHub)
    {
        (_redis, _logger) = (redis, logger);
        RedisHubBackplaneMetrics.Appear();
    }

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        var joined = JoinAsync(connection);
        if (!joined.IsCompleted) connection.Features.Set(new Joining(joined)); // only until Redis is first reached
        return string.IsNullOrEmpty(connection.UserIdentifier) ? Task.CompletedTask : ConfirmAsync(joined);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (connection.Features.Get<Joining>() is not { Joined: { IsCompleted: false } joined }) return base.OnDisconnectedAsync(connection);
        _ = LeaveAsync();
        return Task.CompletedTask;

        async Task LeaveAsync()
        {
            await joined;
            await base.OnDisconnectedAsync(connection);
        }
    }

    /// <summary>Afterwards the connection gets what is sent to the group; while Redis is down, what is sent once it is back.</summary>
    public override async Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        await base.AddToGroupAsync(connectionId, groupName, cancellationToken);
        await ConfirmAsync(Task.CompletedTask);
    }

    private async Task JoinAsync(HubConnectionContext connection)
    {
        try
        {
            await base.OnConnectedAsync(connection);
        }
        catch (Exception e)
        {
            LogNotJoined(_logger, e, connection.ConnectionId);
            connection.Abort(); // the client reconnects
        }
    }

    // The ping uses the connection of the subscriptions before it: its answer confirms them.
    private async Task ConfirmAsync(Task joined)
    {
        try
        {
            await joined.WaitAsync(_redis.Timeout);
            await (await _redis.SubscriberAsync()).PingAsync();
        }
        catch (Exception e) when (e is RedisException or TimeoutException) // Redis is down: it subscribes when it is back
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection {ConnectionId} could not join the backplane and is closed")]
    private static partial void LogNotJoined(ILogger logger, Exception exception, string connectionId);

    /// <param name="Joined">Completes when the stock manager knows the connection, which it must before the disconnect.</param>
    private sealed record Joining(Task Joined);
}
