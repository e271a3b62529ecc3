using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>Speaks the hub protocol by hand and keeps the order of the wire, which the official client's callbacks do not show.</summary>
internal sealed class RawHubClient : IAsyncDisposable
{
    private const byte Separator = 0x1e;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Action<JsonElement> _frame;
    private Task _reading = Task.CompletedTask;
    private int _invocations;

    private RawHubClient(Action<JsonElement> frame) => _frame = frame;

    public static async Task<RawHubClient> ConnectAsync(string host, Action<JsonElement> frame)
    {
        var client = new RawHubClient(frame);
        await client._socket.ConnectAsync(new UriBuilder(host) { Scheme = "ws", Path = HubLimits.Path }.Uri, default);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        return client;
    }

    public string NextInvocationId() => $"{Interlocked.Increment(ref _invocations)}";

    public Task InvokeAsync(string invocationId, string target, params object[] arguments) =>
        SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId, target, arguments }));

    public Task StreamAsync(string invocationId, string target, params object[] arguments) =>
        SendAsync(JsonSerializer.Serialize(new { type = 4, invocationId, target, arguments }));

    public Task CancelStreamAsync(string invocationId) => SendAsync(JsonSerializer.Serialize(new { type = 5, invocationId }));

    /// <summary>Begins to take what the hub sends; before that the connection looks like a stalled browser.</summary>
    public void StartReading() => _reading = Task.WhenAll(ReadAsync(), PingAsync());

    public WebSocketState State => _socket.State;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reading;
        _socket.Dispose();
    }

    private async Task SendAsync(string text)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text + (char)Separator), WebSocketMessageType.Text, endOfMessage: true, default);
        }
        finally
        {
            _sending.Release();
        }
    }

    // The hub cuts who says nothing for 30 s.
    private async Task PingAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(10));
        try
        {
            while (await pace.WaitForNextTickAsync(_closing.Token)) await SendAsync("""{"type":6}""");
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // closed
        }
    }

    private async Task ReadAsync()
    {
        var waiting = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                var result = await _socket.ReceiveAsync(waiting.GetMemory(16 * 1024), _closing.Token);
                if (result.MessageType == WebSocketMessageType.Close) return;
                waiting.Advance(result.Count);
                var rest = waiting.WrittenMemory;
                for (int end; (end = rest.Span.IndexOf(Separator)) >= 0; rest = rest[(end + 1)..]) _frame(JsonDocument.Parse(rest[..end]).RootElement);
                var kept = rest.ToArray();
                waiting.Clear();
                waiting.Write(kept);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // closed
        }
    }
}
