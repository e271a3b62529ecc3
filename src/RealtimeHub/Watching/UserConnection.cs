using System.IO.Pipelines;
using System.Security.Claims;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// A signed-in user's connection as SignalR's manager sees it. A message to several connections is started but not awaited: the manager would wait
/// for all of them, so one tab that reads nothing would delay the user's other tabs, and the sender.
/// </summary>
internal sealed class UserConnection : HubConnectionContext
{
    /// <summary>Backpressure: a connection with more unsent messages than this is closed and may reconnect, so memory stays bounded.</summary>
    public const int MaxWaitingWrites = 1_000;

    private static readonly HubConnectionContextOptions Unused = new() { KeepAliveInterval = Timeout.InfiniteTimeSpan };

    private readonly HubConnectionContext _connection;
    private readonly HubMetrics _metrics;
    private int _waiting;
    private bool _closed;

    public UserConnection(HubConnectionContext connection, HubMetrics metrics) : base(NoTransport.Instance, Unused, NullLoggerFactory.Instance)
    {
        (_connection, _metrics) = (connection, metrics);
        UserIdentifier = connection.UserIdentifier;
        ConnectionAborted = connection.ConnectionAborted;
    }

    public override string ConnectionId => _connection.ConnectionId;

    public override ClaimsPrincipal User => _connection.User;

    public override IFeatureCollection Features => _connection.Features;

    public override IDictionary<object, object?> Items => _connection.Items;

    public override IHubProtocol Protocol => _connection.Protocol;

    public override CancellationToken ConnectionAborted { get; }

    public override void Abort() => _connection.Abort();

    /// <summary>To this connection alone: the sender waits for the client to read.</summary>
    public override ValueTask WriteAsync(HubMessage message, CancellationToken cancellationToken = default) =>
        _connection.WriteAsync(message, cancellationToken);

    /// <summary>To several connections. SignalR's write lock is first come, first served, so messages arrive in order.</summary>
    public override ValueTask WriteAsync(SerializedHubMessage message, CancellationToken cancellationToken = default)
    {
        _metrics.BackplaneReceived.Add(1);
        if (Volatile.Read(ref _waiting) < MaxWaitingWrites)
        {
            var write = _connection.WriteAsync(message, CancellationToken.None);
            if (!write.IsCompletedSuccessfully) _ = FinishAsync(write);
        }
        else if (!Interlocked.Exchange(ref _closed, true))
        {
            _metrics.BackplaneSlowClosed.Add(1);
            this.AskToReconnect();
        }
        return ValueTask.CompletedTask;
    }

    private async Task FinishAsync(ValueTask write)
    {
        Interlocked.Increment(ref _waiting);
        await write; // SignalR reports a failed write by ending the connection, not by throwing
        Interlocked.Decrement(ref _waiting);
    }

    /// <summary>Only satisfies the base class; the real connection ends by itself.</summary>
    private sealed class NoTransport : ConnectionContext
    {
        public static readonly NoTransport Instance = new();

        public override string ConnectionId { get; set; } = "";

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get; set; } = null!;
    }
}
