using System.Buffers.Binary;
using RealtimeTours.LoadTest.Wire;

namespace RealtimeTours.LoadTest.Watchers;

/// <summary>
/// From bytes of a socket to messages: WebSocket frames (RFC 6455, section 5) and, inside, messages that end with a separator or with their last
/// frame. Holds memory only while a frame or message is incomplete.
/// </summary>
internal struct FrameReader
{
    private const long MaxMessage = 1 << 20;
    private byte[]? _frame;
    private byte[]? _message;

    /// <summary>Puts the beginning of a frame that came last time before what is read now.</summary>
    public int Restore(Span<byte> buffer)
    {
        if (_frame is null) return 0;
        _frame.CopyTo(buffer);
        var length = _frame.Length;
        _frame = null;
        return length;
    }

    /// <summary>Keeps the beginning of a frame for the next time.</summary>
    public void Keep(ReadOnlySpan<byte> bytes) => _frame = bytes.IsEmpty ? null : bytes.ToArray();

    /// <returns>False for bytes that are no WebSocket of ours.</returns>
    public bool Read(ReadOnlySpan<byte> bytes, WatcherConnection connection, WireProtocol protocol)
    {
        while (bytes.Length >= 2)
        {
            var header = bytes[1] switch { < 126 => 2, 126 => 4, 127 => 10, _ => 0 }; // a server does not mask
            if (header == 0) return false;
            if (bytes.Length < header) break;
            var length = header switch { 2 => bytes[1], 4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), _ =>
                BinaryPrimitives.ReadInt64BigEndian(bytes[2..]) };
            if (length is < 0 or > MaxMessage) return false;
            if (bytes.Length - header < length) break;
            var first = bytes[0];
            var payload = bytes.Slice(header, (int)length);
            bytes = bytes[(header + (int)length)..];
            switch (first & 0x0f)
            {
                case 0 or 1 or 2:
                    if (!Take(payload, isLast: (first & 0x80) != 0, connection, protocol)) return false;
                    break;
                case 8:
                    connection.Drop("the server closed the WebSocket");
                    break;
                case 9:
                    connection.Send(ClientFrame.Pong(payload));
                    break;
            }
            if (connection.Socket is null) return true;
        }
        Keep(bytes);
        return true;
    }

    private bool Take(ReadOnlySpan<byte> payload, bool isLast, WatcherConnection connection, WireProtocol protocol)
    {
        while (connection.Socket is not null)
        {
            var end = protocol.Separator is { } separator ? payload.IndexOf(separator) : isLast ? payload.Length : -1;
            if (end < 0) break;
            var message = payload[..end];
            if (_message is { } beginning)
            {
                message = (byte[])[.. beginning, .. message];
                _message = null;
            }
            protocol.Received(connection, message);
            payload = payload[Math.Min(end + 1, payload.Length)..];
            if (protocol.Separator is null) return true;
        }
        if (!payload.IsEmpty) _message = [.. _message ?? [], .. payload];
        return (_message?.Length ?? 0) <= MaxMessage;
    }
}
