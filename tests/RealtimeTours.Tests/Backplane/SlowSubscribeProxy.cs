using System.Net;
using System.Net.Sockets;

namespace RealtimeTours.Tests.Backplane;

/// <summary>A way to Redis on which subscribing takes its time, while everything else is as fast as ever.</summary>
internal sealed class SlowSubscribeProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _redisPort;

    public SlowSubscribeProxy(int redisPort)
    {
        _redisPort = redisPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"redis://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public TimeSpan Hold { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient node)
    {
        using var redis = new TcpClient();
        using (node)
        {
            try
            {
                await redis.ConnectAsync(IPAddress.Loopback, _redisPort, _stop.Token);
                await Task.WhenAny(CopyAsync(node, redis, hold: true), CopyAsync(redis, node, hold: false));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // either side is gone: closing both tells the other
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool hold)
    {
        var buffer = new byte[16_384];
        while (await from.GetStream().ReadAsync(buffer, _stop.Token) is var count and > 0)
        {
            if (hold && buffer.AsSpan(0, count).IndexOf("\nSUBSCRIBE\r"u8) >= 0) await Task.Delay(Hold, _stop.Token);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}
