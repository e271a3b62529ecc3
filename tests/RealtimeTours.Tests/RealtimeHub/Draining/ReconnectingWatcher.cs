using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.RealtimeHub.Draining;

/// <summary>
/// A small watcher of one tour that comes back like the stock clients: after a close that allows it, or without one, at once to the next node, then
/// after pauses. A load balancer with two nodes would do the same for it.
/// </summary>
internal sealed class ReconnectingWatcher(IReadOnlyList<string> hubs, int first, string tourId)
{
    private readonly byte[] _buffer = new byte[4 * 1024];
    private int _next = first;
    private bool _asked;

    public string TourId => tourId;

    /// <summary>The figure it shows, null before the first.</summary>
    public int? Seats { get; private set; }

    public bool Connected { get; private set; }

    public int Reconnects { get; private set; }

    /// <summary>Times it was cut instead of being told to reconnect.</summary>
    public int Cuts { get; private set; }

    /// <summary>Times a figure older than the one shown arrived on the same connection.</summary>
    public int WentBack { get; private set; }

    public async Task RunAsync(CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            using var socket = new ClientWebSocket();
            try
            {
                await socket.ConnectAsync(new UriBuilder(hubs[_next++ % hubs.Count]) { Scheme = "ws", Path = HubLimits.Path }.Uri, stopping);
                await SendAsync(socket, """{"protocol":"json","version":1}""");
                await SendAsync(socket, $$"""{"type":1,"invocationId":"1","target":"WatchTour","arguments":["{{tourId}}"]}""");
                failures = 0;
                _asked = false;
                await ReadAsync(socket, stopping);
                if (!_asked) Cuts++;
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
            {
                if (Connected && !_asked) Cuts++;
                failures++;
            }
            Connected = false;
            if (stopping.IsCancellationRequested) return;
            Reconnects++;
            if (failures > 0) await Task.Delay(Math.Min(2_000, failures * 200), CancellationToken.None);
        }
    }

    private async Task ReadAsync(ClientWebSocket socket, CancellationToken stopping)
    {
        long version = 0;
        for (var waiting = 0; ;)
        {
            var read = await socket.ReceiveAsync(_buffer.AsMemory(waiting), stopping);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
                return;
            }
            waiting += read.Count;
            var from = 0;
            for (int length; (length = _buffer.AsSpan(from, waiting - from).IndexOf((byte)'\u001e')) >= 0; from += length + 1)
            {
                using var message = JsonDocument.Parse(_buffer.AsMemory(from, length));
                _asked |= message.RootElement.TryGetProperty("allowReconnect", out var allowed) && allowed.GetBoolean();
                Take(message.RootElement, ref version);
            }
            _buffer.AsSpan(from, waiting - from).CopyTo(_buffer);
            waiting -= from;
        }
    }

    private void Take(JsonElement message, ref long version)
    {
        if (message.TryGetProperty("result", out var snapshot))
        {
            foreach (var departure in snapshot.GetProperty("departures").EnumerateArray()) Show(departure, ref version);
            Connected = true;
        }
        else if (message.TryGetProperty("target", out var target) && target.ValueEquals(nameof(IAvailabilityClient.AvailabilityUpdated)))
        {
            Show(message.GetProperty("arguments")[0], ref version);
        }
    }

    private void Show(JsonElement update, ref long version)
    {
        var newer = update.GetProperty("version").GetInt64();
        if (newer < version) WentBack++;
        version = newer;
        Seats = update.GetProperty("availableSpots").GetInt32();
    }

    private static async Task SendAsync(ClientWebSocket socket, string message) =>
        await socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, endOfMessage: true, default);
}
