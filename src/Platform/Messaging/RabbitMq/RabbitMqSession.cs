using System.Collections.Concurrent;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>One connection and channel, discarded at the first fault: what was in flight is known to be unconfirmed.</summary>
internal sealed class RabbitMqSession
{
    private static readonly TimeSpan PoliteClose = TimeSpan.FromSeconds(3);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly CancellationTokenSource _closed = new();
    private IConnection? _connection;
    private string? _closeReason;

    private RabbitMqSession()
    {
    }

    public IChannel Channel { get; private set; } = null!;

    /// <summary>Backpressure: bounds the publishes that wait for a confirm.</summary>
    public SemaphoreSlim PublishSlots { get; } = new(512);

    /// <summary>Cancelled as soon as the session is unusable.</summary>
    public CancellationToken Closed => _closed.Token;

    public bool IsOpen => !_closed.IsCancellationRequested;

    public string CloseReason => _closeReason ?? "";

    public static async Task<RabbitMqSession> OpenAsync(string url, string name, CreateChannelOptions? options, CancellationToken cancellationToken)
    {
        var session = new RabbitMqSession();
        try
        {
            await session.ConnectAsync(url, name, options, cancellationToken);
            return session;
        }
        catch
        {
            session.ThrowAway("it did not open");
            throw;
        }
    }

    /// <summary>A further channel, for a request whose answer may close it.</summary>
    public Task<IChannel> OpenChannelAsync(CancellationToken cancellationToken) =>
        _connection!.CreateChannelAsync(cancellationToken: cancellationToken);

    /// <summary>Ends it at once by closing its sockets, as a graceful close can hang. The broker redelivers. Never blocks.</summary>
    public void ThrowAway(string reason)
    {
        if (!TryEnd(reason)) return;
        CloseSockets();
        if (_connection is { } connection) _ = Task.Run(() => ReleaseAsync(connection));
    }

    /// <summary>Ends it gracefully: pending acknowledgements still arrive.</summary>
    public async Task CloseAsync()
    {
        if (!TryEnd("closed")) return;
        if (_connection is { } connection) await Task.WhenAny(ReleaseAsync(connection), Task.Delay(PoliteClose));
        CloseSockets();
    }

    private bool TryEnd(string reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, reason, null) is not null) return false;
        _ = _closed.CancelAsync();
        return true;
    }

    private void CloseSockets()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private async Task ConnectAsync(string url, string name, CreateChannelOptions? options, CancellationToken cancellationToken)
    {
        var (factory, endpoints) = RabbitMqAddress.Parse(url);
        factory.AutomaticRecoveryEnabled = false;
        factory.TopologyRecoveryEnabled = false;
        factory.RequestedHeartbeat = TimeSpan.FromSeconds(10);
        factory.RequestedConnectionTimeout = TimeSpan.FromSeconds(5);
        factory.HandshakeContinuationTimeout = TimeSpan.FromSeconds(5);
        factory.ContinuationTimeout = TimeSpan.FromSeconds(10);
        factory.SocketFactory = family =>
        {
            var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets.Add(socket);
            return new TcpClientAdapter(socket);
        };
        _connection = await factory.CreateConnectionAsync(endpoints, name, cancellationToken);
        _connection.ConnectionShutdownAsync += (_, shutdown) =>
        {
            ThrowAway(shutdown.ReplyText);
            return Task.CompletedTask;
        };
        Channel = await _connection.CreateChannelAsync(options, cancellationToken);
        Channel.ChannelShutdownAsync += (_, shutdown) =>
        {
            ThrowAway(shutdown.ReplyText);
            return Task.CompletedTask;
        };
    }

    private static async Task ReleaseAsync(IConnection connection)
    {
        try
        {
            await connection.CloseAsync();
            await connection.DisposeAsync();
        }
        catch (Exception) // the client throws in any state, and the connection is gone
        {
        }
    }
}
