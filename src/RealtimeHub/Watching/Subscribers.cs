using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>The open connections of this node.</summary>
internal sealed class Subscribers(WatchingParts parts)
{
    private readonly ConcurrentDictionary<string, Subscriber> _subscribers = new();

    public IEnumerable<Subscriber> All => _subscribers.Select(pair => pair.Value);

    public void Open(HubConnectionContext connection)
    {
        _subscribers[connection.ConnectionId] = new Subscriber(connection, parts);
        parts.Metrics.Connections.Add(1);
        if (connection.GetHttpContext() is { } request) request.Items[typeof(Subscribers)] = connection.ConnectionId; // marks a finished handshake
    }

    public void Close(HubConnectionContext connection)
    {
        if (!_subscribers.TryRemove(connection.ConnectionId, out var subscriber)) return;
        subscriber.Close();
        parts.Metrics.Connections.Add(-1);
    }

    /// <exception cref="HubException">The connection has just ended.</exception>
    public Subscriber Of(HubCallerContext context) => _subscribers.GetValueOrDefault(context.ConnectionId)
        ?? throw new HubException("The connection has ended.");
}
