using RealtimeTours.LoadTest.Watchers;

namespace RealtimeTours.LoadTest.Wire;

/// <summary>What is said inside the WebSocket. Holds no state of a connection, so all share one.</summary>
internal abstract class WireProtocol
{
    public static WireProtocol SignalR { get; } = new SignalRWire();

    /// <summary>For the benchmarks alone.</summary>
    public static WireProtocol SocketIo { get; } = new SocketIoWire();

    /// <summary>The byte that ends a message; null where the WebSocket's own messages count.</summary>
    public abstract byte? Separator { get; }

    /// <summary>A frame that tells the server now and then that the client lives; null where the server asks.</summary>
    public abstract byte[]? KeepAlive { get; }

    /// <summary>Path and query of the upgrade request.</summary>
    public abstract string PathOf(Uri url, string? token);

    /// <summary>The WebSocket is open.</summary>
    public abstract void Opened(WatcherConnection connection);

    /// <summary>A whole message, without its separator.</summary>
    public abstract void Received(WatcherConnection connection, ReadOnlySpan<byte> message);

    protected static string PathOr(Uri url, string otherwise) => url.AbsolutePath is "" or "/" ? otherwise : url.AbsolutePath;
}
