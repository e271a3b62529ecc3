using System.Net.Sockets;
using System.Text;
using RealtimeTours.LoadTest.Wire;

namespace RealtimeTours.LoadTest.Watchers;

internal enum Phase
{
    /// <summary>No socket; somebody is about to give it one.</summary>
    Away,

    /// <summary>The upgrade request is sent.</summary>
    Opening,

    /// <summary>The WebSocket is open, the tours are not watched yet.</summary>
    Joining,

    Watching,
}

/// <summary>
/// One watcher. Belongs to the thread of its loop, save while it is away. Not the official client: up to 200,000 of these run beside the hub on one
/// machine, some must stop reading, and Socket.IO and bare sockets are measured with the same.
/// </summary>
internal sealed class WatcherConnection(WatcherLoop loop, int index, int[] tours, bool stopsReading)
{
    private const string UpgradeKey = "bG9hZHRlc3RzLWFuc3dlcg==";
    private WatchedStates _states;
    private FrameReader _frames;

    public int Index => index;

    public int[] Tours => tours;

    public IEnumerable<string> TourIds => tours.Select(tour => loop.Options.Tours[tour]);

    /// <summary>One of the slow ones: once it watches, nothing is read any more.</summary>
    public bool StopsReading => stopsReading;

    public Phase Phase { get; private set; }

    public Socket? Socket { get; private set; }

    /// <summary>Calls whose answers are missing before it watches.</summary>
    public int AnswersAwaited { get; set; }

    /// <summary>Attempts since it last watched.</summary>
    public int Attempts { get; set; }

    /// <summary>The milliseconds of the loop's clock at which it entered its phase.</summary>
    public long Since { get; private set; }

    /// <summary>When it was last given something new, UTC ticks.</summary>
    public long LastChange { get; private set; }

    public ref WatchedStates States => ref _states;

    /// <summary>From the connecting thread, before the loop can see the socket.</summary>
    public void Attach(Socket socket, Uri url)
    {
        (Socket, Phase, Since) = (socket, Phase.Opening, Environment.TickCount64);
        AnswersAwaited = 0;
        _states.Clear(); // a new connection begins with snapshots
        _frames = default;
        Send(Encoding.ASCII.GetBytes(
            $"GET {loop.Options.Protocol.PathOf(url, loop.Options.Token)} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: " +
            $"websocket\r\n" +
            $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {UpgradeKey}\r\n\r\n"));
    }

    /// <summary>Everything a client says is small: what the socket does not take at once will not be taken.</summary>
    public void Send(byte[] bytes)
    {
        if (Socket is not { } socket) return;
        var sent = socket.Send(bytes, 0, bytes.Length, SocketFlags.None, out var error);
        if (error != SocketError.Success || sent < bytes.Length) Drop($"sending failed: {error}");
    }

    /// <summary>Reads what has arrived.</summary>
    public void Read(Span<byte> buffer)
    {
        while (Socket is { } socket)
        {
            var kept = _frames.Restore(buffer);
            var received = socket.Receive(buffer[kept..], SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                _frames.Keep(buffer[..kept]);
                return;
            }
            if (error != SocketError.Success || received == 0)
            {
                Drop(error == SocketError.Success ? "the server closed the connection" : $"receiving failed: {error}");
                return;
            }
            loop.Figures.Bytes += received;
            loop.Now = DateTime.UtcNow.Ticks;
            var bytes = buffer[..(kept + received)];
            if (Phase == Phase.Opening && !Upgraded(ref bytes)) return;
            if (Socket is not null && !_frames.Read(bytes, this, loop.Options.Protocol)) Drop("a frame could not be read");
            if (kept + received < buffer.Length) return;
        }
    }

    /// <summary>An update in the stream.</summary>
    public void Delivered(in ScannedUpdate update)
    {
        var departure = loop.Departures.NumberOf(update);
        if (departure < 0) return;
        loop.Figures.Deliveries++;
        if (!stopsReading && update.SentTicks > 0) loop.Figures.Latency.Add((loop.Now - update.SentTicks) / TimeSpan.TicksPerMicrosecond);
        Show(departure, update);
    }

    /// <summary>The answer to a call; snapshots in it count as states, not as deliveries.</summary>
    public void Answered(ReadOnlySpan<byte> answer)
    {
        while (UpdateScan.NextPiece(ref answer, out var piece))
        {
            if (!UpdateScan.TryRead(piece, out var update)) continue;
            var departure = loop.Departures.NumberOf(update);
            if (departure >= 0) Show(departure, update, snapshot: true);
        }
        if (Phase != Phase.Joining || --AnswersAwaited > 0) return;
        (Phase, Since, Attempts) = (Phase.Watching, Environment.TickCount64, 0);
        loop.Watches(this);
    }

    /// <summary>The server does not want it: trying again brings the same answer, but a node that starts may change its mind.</summary>
    public void Refused(string answer)
    {
        loop.Figures.Refusals++;
        Drop($"the server refused: {answer}");
    }

    /// <summary>Closes the socket; the fleet gives it a new one.</summary>
    public void Drop(string? reason)
    {
        if (Socket is not { } socket) return;
        loop.Leave(this, Phase, reason);
        (Socket, Phase, Since) = (null, Phase.Away, Environment.TickCount64);
        socket.Dispose();
    }

    private void Show(int departure, in ScannedUpdate update, bool snapshot = false)
    {
        var before = _states.Replace(departure, update.Version);
        if (update.Version > before) LastChange = loop.Now;
        else if (update.Version == before) loop.Figures.Repeated += snapshot ? 0 : 1;
        else
        {
            loop.Figures.Regressed++;
            loop.Figures.Example($"connection {index}, tour {Encoding.UTF8.GetString(update.TourId)}: version {update.Version} after {before}");
        }
        if (loop.Published is { } published && !published.Agrees(loop.Departures.Seen[departure].Tour, update.Version, update.Spots))
        {
            loop.Figures.Falsified++;
            loop.Figures.Example(
                $"connection {index}, tour {Encoding.UTF8.GetString(update.TourId)}: version {update.Version} with {update.Spots} seats");
        }
    }

    private bool Upgraded(ref Span<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            _frames.Keep(bytes);
            return false;
        }
        if (!bytes.StartsWith("HTTP/1.1 101"u8))
        {
            Refused(Encoding.ASCII.GetString(bytes[..Math.Min(bytes.IndexOf((byte)'\r'), 100)]));
            return false;
        }
        bytes = bytes[(end + 4)..];
        Phase = Phase.Joining;
        loop.Options.Protocol.Opened(this);
        return true;
    }
}
