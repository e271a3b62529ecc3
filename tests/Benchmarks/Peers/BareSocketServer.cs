using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Benchmarks.Peers;

/// <summary>
/// The limit: sockets, and a loop that writes the same bytes to them. No hub, no Redis, nothing read after the first call, nobody's fault handled.
/// </summary>
internal static class BareSocketServer
{
    private static readonly ConcurrentDictionary<string, List<Socket>> Watchers = new();
    private static readonly JsonHubProtocol Json = CreateProtocol();

    public static async Task RunAsync(string port, string rabbitMq, string exchange)
    {
        await PeerEvents.ConsumeAsync(rabbitMq, exchange, shared: false, Write);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)));
        listener.Listen(512);
        while (true)
        {
            var socket = listener.Accept();
            socket.NoDelay = true;
            ThreadPool.UnsafeQueueUserWorkItem(_ => Open(socket), null);
        }
    }

    private static Task Write(AvailabilityUpdate update)
    {
        if (!Watchers.TryGetValue(update.TourId, out var sockets)) return Task.CompletedTask;
        var frame = Frame(Json.GetMessageBytes(new InvocationMessage(nameof(IAvailabilityClient.AvailabilityUpdated), [update])).Span);
        lock (sockets) sockets.RemoveAll(socket => !TryWrite(socket, frame));
        return Task.CompletedTask;
    }

    private static bool TryWrite(Socket socket, byte[] frame)
    {
        var sent = socket.Send(frame, 0, frame.Length, SocketFlags.None, out var error);
        if (error == SocketError.Success && sent == frame.Length) return true;
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            socket.Dispose();
            return false;
        }
        socket.Blocking = true; // the buffer is full: a limit may wait
        socket.Send(frame.AsSpan(Math.Max(sent, 0)), SocketFlags.None, out error);
        socket.Blocking = false;
        return error == SocketError.Success;
    }

    private static void Open(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        int end;
        while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
            if (!Receive()) return;
        var key = Encoding.ASCII.GetString(buffer, 0, end).Split("Sec-WebSocket-Key: ")[1].Split('\r')[0];
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        socket.Send(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        socket.Send(Frame("{}\u001e"u8));

        // The load test's masking key is zero, so its call stands readable in the bytes.
        const string Call = "\"arguments\":[[";
        int call, close;
        while ((call = buffer.AsSpan(0, length).IndexOf(Encoding.ASCII.GetBytes(Call))) < 0
            || (close = buffer.AsSpan(call, length - call).IndexOf("]]"u8)) < 0)
            if (!Receive()) return;
        socket.Blocking = false;
        foreach (var tourId in JsonSerializer.Deserialize<string[]>(buffer.AsSpan(call + Call.Length - 1, close - Call.Length + 2))!)
        {
            var sockets = Watchers.GetOrAdd(tourId, _ => []);
            lock (sockets) sockets.Add(socket);
        }
        socket.Send(Frame("{\"type\":3,\"invocationId\":\"w\",\"result\":null}\u001e"u8));

        bool Receive()
        {
            var received = socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None, out _);
            length += received;
            if (received > 0) return true;
            socket.Dispose();
            return false;
        }
    }

    private static byte[] Frame(ReadOnlySpan<byte> payload)
    {
        var header = payload.Length < 126 ? 2 : 4;
        var frame = new byte[header + payload.Length];
        frame[0] = 0x81;
        frame[1] = (byte)(header == 2 ? payload.Length : 126);
        if (header == 4) BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }

    private static JsonHubProtocol CreateProtocol()
    {
        var options = new Microsoft.AspNetCore.SignalR.JsonHubProtocolOptions();
        WireJson.Configure(options.PayloadSerializerOptions);
        return new JsonHubProtocol(Options.Create(options));
    }
}
