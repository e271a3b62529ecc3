using System.Text;
using System.Text.Json;
using RealtimeTours.Contracts.Hub;
using RealtimeTours.LoadTest.Watchers;

namespace RealtimeTours.LoadTest.Wire;

/// <summary>SignalR's JSON hub protocol, as much as a watcher needs, without the negotiate request.</summary>
internal sealed class SignalRWire : WireProtocol
{
    private const byte RecordSeparator = 0x1e;
    private static readonly byte[] Ping = ClientFrame.Text("{\"type\":6}\u001e"u8);

    public override byte? Separator => RecordSeparator;

    public override byte[] KeepAlive => Ping;

    public override string PathOf(Uri url, string? token) =>
        PathOr(url, HubContract.Path) + (token is null ? "" : $"?access_token={Uri.EscapeDataString(token)}");

    // The hub answers in order, so handshake and calls need not wait for each other.
    public override void Opened(WatcherConnection connection)
    {
        connection.Send(ClientFrame.Text("{\"protocol\":\"json\",\"version\":1}\u001e"u8));
        foreach (var ids in connection.TourIds.Chunk(HubContract.MaxToursPerCall))
        {
            connection.AnswersAwaited++;
            var call = JsonSerializer.Serialize(new { type = 1, invocationId = "w", target = "WatchTours", arguments = new[] { ids } });
            connection.Send(ClientFrame.Text(Encoding.UTF8.GetBytes(call + '\u001e')));
        }
    }

    public override void Received(WatcherConnection connection, ReadOnlySpan<byte> message)
    {
        switch (TypeOf(message))
        {
            case (byte)'1':
                // The target is near the beginning; the rest of the message is the argument.
                if (message[..Math.Min(message.Length, 64)].IndexOf("\"AvailabilityUpdated\""u8) >= 0 && UpdateScan.TryRead(message, out var update))
                    connection.Delivered(update);
                break;
            case (byte)'3':
                if (message.IndexOf("\"error\":"u8) is var error and >= 0 && error < 64) connection.Refused(Encoding.UTF8.GetString(message));
                else connection.Answered(message);
                break;
            case (byte)'7':
                connection.Drop("the hub said: " + Encoding.UTF8.GetString(message));
                break;
            case 0 when message.IndexOf("\"error\""u8) >= 0:
                connection.Refused(Encoding.UTF8.GetString(message));
                break;
        }
    }

    /// <returns>0 for the answer to the handshake, which has none.</returns>
    private static byte TypeOf(ReadOnlySpan<byte> message) => message.StartsWith("{\"type\":"u8) ? message[8] : (byte)0;
}
