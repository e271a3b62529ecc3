using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections.Features;
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

    // By id: connections that the stock manager does not know yet; only until Redis is first reached. Joining a group waits for it: the stock manager
    // takes an unknown connection for another node's.
    private readonly ConcurrentDictionary<string, Task> _joining = new();

    public RedisHubBackplaneManager(
        [FromKeyedServices(RedisHubBackplane.ConnectionKey)] RedisConnection redis, ILogger<RedisHubLifetimeManager<THub>> logger,
        IOptions<RedisOptions> options, IHubProtocolResolver protocols, IOptions<HubOptions> allHubs, IOptions<HubOptions<THub>> thisHub)
        : base(logger, options, protocols, allHubs, thisHub)
    {
        (_redis, _logger) = (redis, logger);
        RedisHubBackplaneMetrics.Appear();
    }

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        var joined = JoinAsync(connection);
        if (!joined.IsCompleted) _ = KeepWhileJoiningAsync(connection.ConnectionId, joined);
        return string.IsNullOrEmpty(connection.UserIdentifier) ? Task.CompletedTask : ConfirmAsync(joined);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (!_joining.TryGetValue(connection.ConnectionId, out var joined)) return base.OnDisconnectedAsync(connection);
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
        if (_joining.TryGetValue(connectionId, out var joined)) await joined.WaitAsync(cancellationToken);
        await base.AddToGroupAsync(connectionId, groupName, cancellationToken);
        await ConfirmAsync(Task.CompletedTask);
    }

    public override async Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        if (_joining.TryGetValue(connectionId, out var joined)) await joined.WaitAsync(cancellationToken);
        await base.RemoveFromGroupAsync(connectionId, groupName, cancellationToken);
    }

    private async Task KeepWhileJoiningAsync(string connectionId, Task joined)
    {
        _joining[connectionId] = joined;
        await joined; // never fails
        _joining.TryRemove(connectionId, out _);
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
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose(); // the client reconnects; not after Abort
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
}
