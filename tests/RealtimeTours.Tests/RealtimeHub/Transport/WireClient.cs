using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Tests.RealtimeHub.Transport;

/// <summary>
/// A WebSocket made of bytes (RFC 6455 §5): says what well-behaved clients, the official ones among them, cannot, and shows every frame that comes.
/// </summary>
internal sealed class WireClient : IDisposable
{
    public const byte Continuation = 0, Text = 1, Close = 8, Ping = 9, Pong = 10;
    private const byte Separator = 0x1e;
    private static readonly TimeSpan Deadline = Admission.HubSocket.Deadline;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private NetworkStream? _stream;
    private (byte Opcode, string Payload) _begun;

    /// <param name="receiveBuffer">Bytes the kernel keeps for a client that does not read; small for one that shall stall soon.</param>
    public static async Task<WireClient> ConnectAsync(string host, bool hello = true, int? receiveBuffer = null)
    {
        var client = new WireClient();
        var address = new Uri(host);
        if (receiveBuffer is { } size) client._socket.ReceiveBufferSize = size;
        await client._socket.ConnectAsync(IPAddress.Loopback, address.Port);
        client._stream = new NetworkStream(client._socket, ownsSocket: true);
        await client._stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {HubContract.Path} HTTP/1.1\r\nHost: {address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        (await client.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 101");
        if (!hello) return client;
        await client.SendTextAsync("""{"protocol":"json","version":1}""");
        (await client.ReadFrameAsync()).ShouldBe((Text, "{}" + (char)Separator));
        return client;
    }

    public Task SendTextAsync(string message) => SendFrameAsync(Text, message + (char)Separator);

    public Task InvokeAsync(string invocationId, string target, params object[] arguments) =>
        SendTextAsync(JsonSerializer.Serialize(new { type = 1, invocationId, target, arguments }));

    public async Task SendFrameAsync(byte opcode, string payload, bool final = true, byte reserved = 0)
    {
        var body = Encoding.Latin1.GetBytes(payload);
        var frame = new List<byte> { (byte)((final ? 0x80 : 0) | reserved | opcode) };
        const byte mask = 0x80;
        if (body.Length < 126) frame.Add((byte)(mask | body.Length));
        else
        {
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)body.Length));
            frame.Add((byte)(mask | 126));
            frame.AddRange(length);
        }
        byte[] key = [1, 2, 3, 4];
        frame.AddRange(key);
        frame.AddRange(body.Select((b, i) => (byte)(b ^ key[i % 4])));
        await SendBytesAsync([.. frame]);
    }

    public async Task SendBytesAsync(byte[] bytes) => await _stream!.WriteAsync(bytes);

    /// <summary>
    /// The next message or control frame; null when the connection has ended. Checks that the server keeps the rules: no mask, nothing reserved.
    /// </summary>
    public Task<(byte Opcode, string Payload)?> ReadFrameAsync() => ReadFrameAsync(new CancellationTokenSource(Deadline).Token);

    private async Task<(byte Opcode, string Payload)?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var (final, opcode, payload) = await ReadPartAsync(cancellationToken);
                if (opcode >= Close) return (opcode, payload); // may come between the parts of a message
                _begun = opcode == Continuation ? _begun with { Payload = _begun.Payload + payload } : (opcode, payload);
                if (final) return _begun;
            }
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return null;
        }
    }

    private async Task<(bool Final, byte Opcode, string Payload)> ReadPartAsync(CancellationToken cancellationToken)
    {
        var head = await ReadAsync(2, cancellationToken);
        (head[0] & 0x70).ShouldBe(0);
        (head[1] & 0x80).ShouldBe(0);
        long length = head[1] & 0x7F;
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2, cancellationToken));
        else if (length == 127) length = BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8, cancellationToken));
        return ((head[0] & 0x80) != 0, (byte)(head[0] & 0x0F), Encoding.UTF8.GetString(await ReadAsync(checked((int)length), cancellationToken)));
    }

    /// <summary>Reads on until a frame is as wanted.</summary>
    public async Task<string> ReadUntilAsync(byte opcode, string containing = "")
    {
        while (true)
        {
            var frame = await ReadFrameAsync() ?? throw new EndOfStreamException("The hub has closed.");
            if (frame.Opcode == opcode && frame.Payload.Contains(containing, StringComparison.Ordinal)) return frame.Payload;
        }
    }

    /// <summary>Reads all that is left; an exception where the server does not end the connection.</summary>
    public async Task<List<(byte Opcode, string Payload)>> ReadToEndAsync()
    {
        var frames = new List<(byte, string)>();
        using var limit = new CancellationTokenSource(Deadline);
        while (await ReadFrameAsync(limit.Token) is { } frame)
        {
            frames.Add(frame);
            if (frame.Opcode != Close) continue;
            try
            {
                await SendFrameAsync(Close, frame.Payload);
            }
            catch (IOException)
            {
                // it waited for no answer
            }
        }
        return frames;
    }

    /// <summary>As when the machine behind it dies: no close frame, and TCP says RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await _stream!.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)(await ReadAsync(1, default))[0]);
        return head.ToString();
    }
}
