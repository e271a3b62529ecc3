using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RealtimeTours.Tests.Servers;

/// <summary>
/// A network path on loopback that can fail: cut (every connection reset), stalled (still accepts, moves nothing), slow. Of several targets it takes
/// the first that accepts, as a load balancer with a preferred node does.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly Gate _toServer = new();
    private readonly Gate _toClient = new();
    private readonly int[] _targets;
    private readonly Task _accepting;

    public TcpProxy(params int[] targetPorts)
    {
        _targets = targetPorts;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>While set, new connections are reset at once.</summary>
    public bool Refuses { get; set; }

    /// <summary>How long each piece of data is under way, in either direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Moves nothing more, on open and on new connections, until <see cref="Resume"/>; what was sent meanwhile then arrives.</summary>
    public void Stall(bool toServer = true, bool toClient = true)
    {
        if (toServer) _toServer.Close();
        if (toClient) _toClient.Close();
    }

    public void Resume()
    {
        _toServer.Open();
        _toClient.Open();
    }

    /// <summary>Resets every open connection; what was under way is lost.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys) Reset(socket);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Cut();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                if (Refuses) Reset(client);
                else _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                if (_stop.IsCancellationRequested) return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        _sockets[client] = true;
        if (await ConnectAsync() is { } server)
        {
            _sockets[server] = true;
            await Task.WhenAny(CopyAsync(client, server, _toServer), CopyAsync(server, client, _toClient));
            Reset(server);
        }
        Reset(client);
    }

    private async Task<Socket?> ConnectAsync()
    {
        foreach (var port in _targets)
        {
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, port, _stop.Token);
                return server;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                server.Dispose();
            }
        }
        return null;
    }

    private async Task CopyAsync(Socket from, Socket to, Gate gate)
    {
        from.NoDelay = true;
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
            {
                await gate.WhenOpen.WaitAsync(_stop.Token);
                if (Delay > TimeSpan.Zero) await Task.Delay(Delay, _stop.Token);
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // one side is gone; the caller tells the other
        }
    }

    private void Reset(Socket socket)
    {
        _sockets.TryRemove(socket, out _);
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // closed before
        }
        socket.Dispose();
    }

    private sealed class Gate
    {
        private volatile TaskCompletionSource _open = Opened();

        public Task WhenOpen => _open.Task;

        public void Close()
        {
            if (_open.Task.IsCompleted) _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        public void Open() => _open.TrySetResult();

        private static TaskCompletionSource Opened()
        {
            var source = new TaskCompletionSource();
            source.SetResult();
            return source;
        }
    }
}
