using System.Text;
using System.Text.Json;
using RealtimeTours.LoadTest.Watchers;

namespace RealtimeTours.LoadTest.Wire;

/// <summary>Socket.IO 4 over Engine.IO 4, WebSocket only: the first character is Engine.IO's packet type, the second Socket.IO's.</summary>
internal sealed class SocketIoWire : WireProtocol
{
    private static readonly byte[] Connect = ClientFrame.Text("40"u8);
    private static readonly byte[] Pong = ClientFrame.Text("3"u8);

    public override byte? Separator => null;

    public override byte[]? KeepAlive => null;

    public override string PathOf(Uri url, string? token) => PathOr(url, "/socket.io/") + "?EIO=4&transport=websocket";

    public override void Opened(WatcherConnection connection) => connection.AnswersAwaited = 1; // the server speaks first

    public override void Received(WatcherConnection connection, ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("42"u8))
        {
            if (message.IndexOf("\"AvailabilityUpdated\""u8) is 3 && UpdateScan.TryRead(message, out var update)) connection.Delivered(update);
        }
        else if (message.StartsWith("40"u8)) connection.Send(
            ClientFrame.Text(Encoding.UTF8.GetBytes($"420[\"watch\",{JsonSerializer.Serialize(connection.TourIds)}]")));
        else if (message.StartsWith("430"u8)) connection.Answered(message);
        else if (message.StartsWith("44"u8)) connection.Refused(Encoding.UTF8.GetString(message));
        else if (message.StartsWith("0"u8)) connection.Send(Connect);
        else if (message.StartsWith("2"u8)) connection.Send(Pong);
        else if (message.StartsWith("1"u8) || message.StartsWith("41"u8)) connection.Drop("the server said goodbye");
    }
}
