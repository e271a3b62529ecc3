using System.Net.WebSockets;
using System.Text;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>
/// A WebSocket to the hub that sends whatever a test wants, well formed or not, and reads when it is told to: the official client always shakes
/// hands, keeps to the protocol and reads.
/// </summary>
internal sealed class HubSocket : IDisposable
{
    public const char Separator = '\u001e';

    /// <summary>Less than the 30 s after which the hub cuts whoever says nothing: what is closed by then was closed for another reason.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(25);

    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _received = new();

    /// <exception cref="WebSocketException">The hub refused the connection; the message has the status code.</exception>
    public static async Task<HubSocket> OpenAsync(
        string host, string? token = null, string? origin = null, bool handshake = true, string? forwardedFor = null,
        string? authorization = null)
    {
        var hub = new HubSocket();
        try
        {
            if (origin is not null) hub._socket.Options.SetRequestHeader("Origin", origin);
            if (forwardedFor is not null) hub._socket.Options.SetRequestHeader("X-Forwarded-For", forwardedFor);
            if (authorization is not null) hub._socket.Options.SetRequestHeader("Authorization", authorization);
            var query = token is null ? "" : $"?access_token={Uri.EscapeDataString(token)}";
            await hub._socket.ConnectAsync(new UriBuilder(host) { Scheme = "ws", Path = HubContract.Path, Query = query }.Uri, default);
            if (handshake) await hub.SendAsync("""{"protocol":"json","version":1}""");
            return hub;
        }
        catch
        {
            hub.Dispose();
            throw;
        }
    }

    /// <summary>One message in one frame.</summary>
    public Task SendAsync(string message) => SendRawAsync(message + Separator);

    public Task SendRawAsync(string text, bool endOfFrame = true) =>
        SendBytesAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfFrame);

    public Task SendBytesAsync(byte[] bytes, WebSocketMessageType type, bool endOfFrame) => _socket.SendAsync(bytes, type, endOfFrame, default);

    public Task CallAsync(string id, string target, string arguments) =>
        SendAsync($$"""{"type":1,"invocationId":"{{id}}","target":"{{target}}","arguments":{{arguments}}}""");

    /// <summary>Everything the hub has said, once it contains the given words.</summary>
    public Task<string> ReadUntilAsync(string words) => ReadAsync(words);

    /// <summary>Everything the hub has said before it closed the socket.</summary>
    public Task<string> ReadToEndAsync() => ReadAsync(null);

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReadAsync(string? words)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var buffer = new byte[16 * 1024];
        try
        {
            while (words is null || !_received.ToString().Contains(words, StringComparison.Ordinal))
            {
                var read = await _socket.ReceiveAsync(buffer, deadline.Token);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
                    break;
                }
                _received.Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
            }
        }
        catch (WebSocketException)
        {
            // cut without a good-bye
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The hub did not close the socket and said: {_received}");
        }
        return _received.ToString();
    }
}
