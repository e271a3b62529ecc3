using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealtimeTours.Platform.Redis;

namespace RealtimeTours.Platform.Backplane;

/// <summary>
/// SignalR over any number of nodes: what a hub sends to all, to groups, users and connections reaches them on every node, through Redis pub/sub.
/// </summary>
/// <remarks>
/// <para>Connections of this node are written to directly; Redis carries the message to the other nodes, and this node ignores its own. So nodes
/// keep serving their own connections while Redis is away; the send then fails with <see cref="BackplaneUnavailableException"/>, because the other
/// nodes' connections miss the message for good. What one node sends arrives in order at each connection; what two nodes send at the same moment
/// may arrive in either order, and not in the same one everywhere: send versions where that matters.</para>
/// <para>A send to more than one connection starts all writes and waits for none of them. A send to one connection of this node waits, as in
/// SignalR's own manager, so that a stream of messages to one slow browser is paced by it.</para>
/// </remarks>
public sealed partial class RedisHubLifetimeManager<THub> : HubLifetimeManager<THub>, IDisposable where THub : Hub
{
    private readonly ConcurrentDictionary<string, LocalConnection> _connections = new(StringComparer.Ordinal);
    private readonly BackplaneOptions _options;
    private readonly ILogger _logger;
    private readonly RedisChannels _channels;
    private readonly RedisBus _bus;
    private readonly RedisSubscriptions _subscriptions;
    private readonly ClientInvocations _invocations;
    private readonly HubMessageBytes _bytes;

    public RedisHubLifetimeManager(
        RedisConnection redis, IHubProtocolResolver protocols, IOptions<HubOptions> hubOptions, IOptions<HubOptions<THub>> thisHubOptions,
        IOptions<BackplaneOptions> options, ILogger<RedisHubLifetimeManager<THub>> logger)
    {
        _options = options.Value;
        _logger = logger;
        _channels = new RedisChannels(_options.ChannelPrefix, typeof(THub));
        _bytes = new HubMessageBytes(protocols, thisHubOptions.Value.SupportedProtocols ?? hubOptions.Value.SupportedProtocols);
        _bus = new RedisBus(redis, _channels, _options, logger);
        _subscriptions = new RedisSubscriptions(redis, _options.RedisTimeout, logger, ReceiveForMembers);
        _invocations = new ClientInvocations(_bus, _channels, protocols, _options, logger);
        _bus.Listening = Task.WhenAll(
            _subscriptions.ListenAsync(_channels.Everyone, ReceiveForEveryone),
            _subscriptions.ListenAsync(_channels.Node(_bus.Node), ReceiveForThisNode));
    }

    /// <summary>Group and user channels this node listens to.</summary>
    internal int SubscriptionCount => _subscriptions.Count;

    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        var local = new LocalConnection(connection, _options.MaxWaitingWrites, _logger);
        _connections[connection.ConnectionId] = local;
        await _bus.Listening;
        if (!string.IsNullOrEmpty(connection.UserIdentifier))
            await local.JoinAsync(_channels.User(connection.UserIdentifier), _subscriptions);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        if (_connections.TryRemove(connection.ConnectionId, out var local)) local.End(_subscriptions);
        return Task.CompletedTask; // what Redis has to be told is told behind: a browser that leaves waits for nobody
    }

    public override Task SendAllAsync(string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAllExceptAsync(methodName, args, [], cancellationToken);

    public override Task SendAllExceptAsync(string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var payload = _bytes.Of(new InvocationMessage(methodName, args));
        Post(_connections, payload, excludedConnectionIds);
        return _bus.PublishAsync(_channels.Everyone, NewSend(payload, excludedConnectionIds));
    }

    public override Task SendConnectionAsync(string connectionId, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        return _connections.TryGetValue(connectionId, out var local)
            ? local.Context.WriteAsync(new InvocationMessage(methodName, args), cancellationToken).AsTask()
            : SendConnectionsAsync([connectionId], methodName, args, cancellationToken);
    }

    public override Task SendConnectionsAsync(IReadOnlyList<string> connectionIds, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionIds);
        cancellationToken.ThrowIfCancellationRequested();
        var payload = _bytes.Of(new InvocationMessage(methodName, args));
        var message = new SerializedHubMessage(payload);
        var elsewhere = new List<string>();
        foreach (var id in connectionIds.Distinct(StringComparer.Ordinal))
        {
            if (_connections.TryGetValue(id, out var local)) local.Post(message);
            else elsewhere.Add(id);
        }
        return elsewhere.Count == 0 ? Task.CompletedTask : _bus.PublishAsync(_channels.Everyone, NewSend(payload) with { Only = elsewhere });
    }

    public override Task SendGroupAsync(string groupName, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendGroupExceptAsync(groupName, methodName, args, [], cancellationToken);

    public override Task SendGroupExceptAsync(
        string groupName, string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groupName);
        return SendToChannelsAsync([_channels.Group(groupName)], methodName, args, excludedConnectionIds, cancellationToken);
    }

    public override Task SendGroupsAsync(IReadOnlyList<string> groupNames, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groupNames);
        if (groupNames.Any(string.IsNullOrEmpty)) throw new InvalidOperationException("A group to send to has no name.");
        return SendToChannelsAsync(groupNames.Select(_channels.Group), methodName, args, [], cancellationToken);
    }

    public override Task SendUserAsync(string userId, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendUsersAsync([userId], methodName, args, cancellationToken);

    public override Task SendUsersAsync(IReadOnlyList<string> userIds, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(userIds);
        var channels = userIds.Where(id => !string.IsNullOrEmpty(id)).Distinct(StringComparer.Ordinal).Select(_channels.User);
        return SendToChannelsAsync(channels, methodName, args, [], cancellationToken);
    }

    /// <summary>Effective once the task completes, on whichever node the connection is; nothing happens when no node has it.</summary>
    /// <exception cref="TimeoutException">A node did not answer in time: the change may or may not have been made.</exception>
    /// <exception cref="BackplaneUnavailableException">Redis is away and this node does not have the connection.</exception>
    public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        ArgumentNullException.ThrowIfNull(groupName);
        return _connections.TryGetValue(connectionId, out var local)
            ? local.JoinAsync(_channels.Group(groupName), _subscriptions)
            : AskForGroupAsync(RedisBusMessageKind.Join, connectionId, groupName, cancellationToken);
    }

    /// <inheritdoc cref="AddToGroupAsync"/>
    public override Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        ArgumentNullException.ThrowIfNull(groupName);
        if (!_connections.TryGetValue(connectionId, out var local))
            return AskForGroupAsync(RedisBusMessageKind.Leave, connectionId, groupName, cancellationToken);
        local.Leave(_channels.Group(groupName), _subscriptions);
        return Task.CompletedTask;
    }

    /// <exception cref="HubException">The client answered with an error, with something else than a <typeparamref name="T"/>, or the token was cancelled.</exception>
    /// <exception cref="IOException">The connection does not exist on any node, or ended before it answered, or Redis is away.</exception>
    /// <exception cref="TimeoutException">A node did not answer in time whether it has the connection.</exception>
    public override Task<T> InvokeConnectionAsync<T>(string connectionId, string methodName, object?[] args, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        return _connections.TryGetValue(connectionId, out var local)
            ? _invocations.InvokeHereAsync<T>(local, methodName, args, cancellationToken)
            : _invocations.InvokeThereAsync<T>(connectionId, id => _bytes.Of(new InvocationMessage(id, methodName, args)), cancellationToken);
    }

    public override Task SetConnectionResultAsync(string connectionId, CompletionMessage result)
    {
        _invocations.SetResult(connectionId, result);
        return Task.CompletedTask;
    }

    public override bool TryGetReturnType(string invocationId, [NotNullWhen(true)] out Type? type) => _invocations.Results.TryGetType(invocationId, out type);

    public void Dispose() => _subscriptions.Close(_channels.Everyone, _channels.Node(_bus.Node));
}
