using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace RealtimeTours.Platform.Redis;

/// <summary>
/// The stock manager, made to take connections while Redis is away: they are served at once, and get what is sent to their user or group as soon as it
/// is back. Only who can get something that way waits until Redis has confirmed the subscription, and no longer than one command may take.
/// </summary>
internal sealed partial class RedisHubBackplaneManager<THub> : RedisHubLifetimeManager<THub> where THub : Hub
{
    private readonly RedisConnection _redis;
    private readonly ILogger _logger;

    public RedisHubBackplaneManager(
        [FromKeyedServices(RedisHubBackplane.ConnectionKey)] RedisConnection redis, ILogger<RedisHubLifetimeManager<THub>> logger, IOptions<RedisOptions> options,
        IHubProtocolResolver protocols, IOptions<HubOptions> allHubs, IOptions<HubOptions<THub>> thisHub) : base(logger, options, protocols, allHubs, thisHub)
    {
        (_redis, _logger) = (redis, logger);
        RedisHubBackplaneMetrics.Appear();
    }

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        var joined = JoinAsync(connection);
        if (!joined.IsCompleted) connection.Features.Set(new Joining(joined)); // only in the first seconds of a process that does not find Redis
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

    /// <summary>Where Redis is there, what is sent to the group after this reaches the connection; where it is away, what is sent once it is back.</summary>
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
            connection.Abort(); // the client connects again
        }
    }

    // A ping takes the way that the subscriptions before it took: its answer says that Redis has them.
    private async Task ConfirmAsync(Task joined)
    {
        try
        {
            await joined.WaitAsync(_redis.Timeout);
            await (await _redis.SubscriberAsync()).PingAsync();
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // away: the subscriptions are made when it is back
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection {ConnectionId} could not join the backplane and is closed")]
    private static partial void LogNotJoined(ILogger logger, Exception exception, string connectionId);

    /// <param name="Joined">Completes when the stock manager knows the connection; it must before it is told of the end.</param>
    private sealed record Joining(Task Joined);
}
