using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RealtimeTours.Tests.CatalogSync.Suppliers;

/// <summary>What the line between us and a supplier does to an answer. The request always arrives, but for <see cref="ResetRequest"/>.</summary>
public enum LineFault
{
    None,

    /// <summary>The answer comes after <see cref="FaultProxy.Delay"/>.</summary>
    Delay,

    /// <summary>The connection is reset before the supplier hears anything.</summary>
    ResetRequest,

    /// <summary>The connection is reset instead of the answer.</summary>
    ResetAnswer,

    /// <summary>The connection ends in the middle of the answer.</summary>
    Truncate,

    /// <summary>One byte at a time, with pauses.</summary>
    Drip,

    /// <summary>Bytes that are no HTTP.</summary>
    Garbage,

    /// <summary>HTTP 200 with somebody's log-in page.</summary>
    Html,

    /// <summary>HTTP 200 with ten megabytes of JSON.</summary>
    Huge,

    /// <summary>HTTP 200 with the answer's JSON cut off in the middle, complete as HTTP.</summary>
    HalfJson,
}

/// <summary>
/// A TCP line on loopback in front of a real HTTP server, which spoils its answers as a test wants it. Each answer that it spoils ends its
/// connection.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(6);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly Task _accepting;

    public FaultProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        Address = new UriBuilder(target) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public LineFault Fault { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // stopping
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(_target.Host, _target.Port, _stop.Token);
                await Task.WhenAny(SendRequestsAsync(client, server), SendAnswersAsync(client, server.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // one side is gone
            }
        }
    }

    private async Task SendRequestsAsync(TcpClient client, TcpClient server)
    {
        var buffer = new byte[64 * 1024];
        while (await client.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var count)
        {
            if (Fault == LineFault.ResetRequest)
            {
                Reset(client);
                return;
            }
            await server.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }

    private async Task SendAnswersAsync(TcpClient client, NetworkStream server)
    {
        var buffer = new byte[64 * 1024];
        while (await server.ReadAsync(buffer, _stop.Token) is > 0 and var count)
        {
            var answer = buffer.AsMemory(0, count);
            if (Fault is LineFault.None or LineFault.ResetRequest)
            {
                await client.GetStream().WriteAsync(answer, _stop.Token);
                continue;
            }
            await SpoilAsync(client, answer);
            return;
        }
    }

    private async Task SpoilAsync(TcpClient client, ReadOnlyMemory<byte> answer)
    {
        var stream = client.GetStream();
        switch (Fault)
        {
            case LineFault.Delay:
                await Task.Delay(Delay, _stop.Token);
                await stream.WriteAsync(answer, _stop.Token);
                break;
            case LineFault.ResetAnswer:
                Reset(client);
                break;
            case LineFault.Truncate:
                await stream.WriteAsync(answer[..(answer.Length - 20)], _stop.Token);
                break;
            case LineFault.Drip:
                for (var i = 0; i < answer.Length; i++, await Task.Delay(20, _stop.Token)) await stream.WriteAsync(answer.Slice(i, 1), _stop.Token);
                break;
            case LineFault.Garbage:
                var garbage = new byte[5_000];
                new Random(1).NextBytes(garbage);
                await stream.WriteAsync(garbage, _stop.Token);
                break;
            case LineFault.Html:
                await stream.WriteAsync(Answer("text/html", "<!DOCTYPE html><html><title>Log in</title></html>"), _stop.Token);
                break;
            case LineFault.Huge:
                await stream.WriteAsync(Answer("application/json", $"[{new string(' ', 10_000_000)}]"), _stop.Token);
                break;
            case LineFault.HalfJson:
                await stream.WriteAsync(Answer("application/json", """[{"id":"a","localDateTimeStart":"2026-05-0"""), _stop.Token);
                break;
        }
    }

    // A client may use a connection again after a complete answer. Without "close" its next request could meet the end of this one.
    private static byte[] Answer(string type, string body) => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static void Reset(TcpClient client)
    {
        client.LingerState = new LingerOption(true, 0);
        client.Close();
    }
}
