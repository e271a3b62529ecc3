using Microsoft.AspNetCore.SignalR;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// Decorates SignalR's lifetime manager to track and guard connections, and to pass on users as <see cref="UserConnection"/>. Anonymous ones only
/// receive seat counts, and each would cost a Redis subscription on the backplane (decision 20), so they are not passed on: there is no sending to
/// all, and a group contains only users' connections.
/// </summary>
internal sealed class ConnectionTrackingLifetimeManager<THub>(
    HubLifetimeManager<THub> inner, Subscribers subscribers, MessageGuardParts guarding, HubMetrics metrics)
        : HubLifetimeManager<THub>, IDisposable where THub : Hub
{
    public void Dispose() => (inner as IDisposable)?.Dispose();

    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        connection.Protocol = new MessageGuard(connection, connection.Protocol, guarding); // before its first message is parsed
        subscribers.Open(connection);
        if (string.IsNullOrEmpty(connection.UserIdentifier)) return Task.CompletedTask;
        var user = new UserConnection(connection, metrics);
        connection.Features.Set(user);
        return inner.OnConnectedAsync(user);
    }

    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        subscribers.Close(connection);
        return connection.Features.Get<UserConnection>() is { } user ? inner.OnDisconnectedAsync(user) : Task.CompletedTask;
    }

    public override Task SendAllAsync(string methodName, object?[] args, CancellationToken cancellationToken = default) => throw NotToAll();

    public override Task SendAllExceptAsync(
        string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default) =>
            throw NotToAll();

    public override Task SendConnectionAsync(string connectionId, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        inner.SendConnectionAsync(connectionId, methodName, args, cancellationToken);

    public override Task SendConnectionsAsync(
        IReadOnlyList<string> connectionIds, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        inner.SendConnectionsAsync(connectionIds, methodName, args, cancellationToken);

    public override Task SendGroupAsync(string groupName, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        inner.SendGroupAsync(groupName, methodName, args, cancellationToken);

    public override Task SendGroupsAsync(
        IReadOnlyList<string> groupNames, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        inner.SendGroupsAsync(groupNames, methodName, args, cancellationToken);

    public override Task SendGroupExceptAsync(
        string groupName, string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds,
        CancellationToken cancellationToken = default) =>
        inner.SendGroupExceptAsync(groupName, methodName, args, excludedConnectionIds, cancellationToken);

    public override Task SendUserAsync(string userId, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        inner.SendUserAsync(userId, methodName, args, cancellationToken);

    public override Task SendUsersAsync(
        IReadOnlyList<string> userIds, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        inner.SendUsersAsync(userIds, methodName, args, cancellationToken);

    public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) =>
        inner.AddToGroupAsync(connectionId, groupName, cancellationToken);

    public override Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default) =>
        inner.RemoveFromGroupAsync(connectionId, groupName, cancellationToken);

    public override Task<T> InvokeConnectionAsync<T>(string connectionId, string methodName, object?[] args, CancellationToken cancellationToken) =>
        inner.InvokeConnectionAsync<T>(connectionId, methodName, args, cancellationToken);

    public override Task SetConnectionResultAsync(string connectionId, Microsoft.AspNetCore.SignalR.Protocol.CompletionMessage result) =>
        inner.SetConnectionResultAsync(connectionId, result);

    public override bool TryGetReturnType(string invocationId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Type? type) =>
        inner.TryGetReturnType(invocationId, out type);

    private static NotSupportedException NotToAll() =>
        new("Anonymous connections are not on the backplane: what concerns every watcher of a tour goes through IWatcherBroadcast, on all nodes.");
}
