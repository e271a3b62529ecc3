using System.Buffers.Binary;

namespace RealtimeTours.LoadTest.Wire;

/// <summary>
/// WebSocket frames from client to server (RFC 6455, section 5.2). The masking key is zero: it protects proxies, and there is none here.
/// </summary>
internal static class ClientFrame
{
    public static byte[] Text(ReadOnlySpan<byte> payload) => Create(0x81, payload);

    public static byte[] Pong(ReadOnlySpan<byte> payload) => Create(0x8a, payload);

    private static byte[] Create(byte first, ReadOnlySpan<byte> payload)
    {
        var header = payload.Length switch { < 126 => 2, <= ushort.MaxValue => 4, _ => 10 };
        var frame = new byte[header + 4 + payload.Length];
        frame[0] = first;
        frame[1] = (byte)(0x80 | header switch { 2 => payload.Length, 4 => 126, _ => 127 });
        if (header == 4) BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        if (header == 10) BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
        payload.CopyTo(frame.AsSpan(header + 4));
        return frame;
    }
}
