using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace RealtimeTours.LoadTest.Watchers;

/// <summary>Says which of many sockets can be read. Sockets may be added and removed from any thread; one thread waits.</summary>
internal abstract class Readiness : IDisposable
{
    /// <summary>The system's own means where it is known to us. .NET's asynchronous sockets would cost a thread pool dispatch per message.</summary>
    public static Readiness Create() => OperatingSystem.IsLinux() ? new EpollReadiness() : new SelectReadiness();

    public abstract void Add(Socket socket, int key);

    /// <summary>Before the socket is closed.</summary>
    public abstract void Remove(Socket socket);

    /// <summary>Waits for up to <paramref name="milliseconds"/>.</summary>
    /// <returns>How many keys were filled in.</returns>
    public abstract int Wait(Span<int> keys, int milliseconds);

    public virtual void Dispose()
    {
    }
}

/// <summary>Everywhere else: costs more with every connection.</summary>
internal sealed class SelectReadiness : Readiness
{
    private readonly Dictionary<Socket, int> _sockets = [];

    public override void Add(Socket socket, int key)
    {
        lock (_sockets) _sockets[socket] = key;
    }

    public override void Remove(Socket socket)
    {
        lock (_sockets) _sockets.Remove(socket);
    }

    public override int Wait(Span<int> keys, int milliseconds)
    {
        List<Socket> ready;
        lock (_sockets) ready = [.. _sockets.Keys];
        if (ready.Count == 0)
        {
            Thread.Sleep(milliseconds);
            return 0;
        }
        try
        {
            Socket.Select(ready, null, null, Math.Min(milliseconds, 5) * 1_000);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return 0; // one of them was closed at this moment
        }
        var count = 0;
        lock (_sockets)
        {
            foreach (var socket in ready)
                if (count < keys.Length && _sockets.TryGetValue(socket, out var key)) keys[count++] = key;
        }
        return count;
    }
}

/// <summary>epoll(7), level-triggered.</summary>
internal sealed unsafe partial class EpollReadiness : Readiness
{
    private const int AddSocket = 1, RemoveSocket = 2, CanRead = 1, CloseOnExec = 0x80000, MaxEvents = 512;

    // The kernel packs the structure on x64 only.
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int EventSize = Packed ? 12 : 16;
    private static readonly int KeyOffset = Packed ? 4 : 8;

    private readonly int _epoll = epoll_create1(CloseOnExec);
    private readonly byte[] _events = new byte[MaxEvents * 16];

    public override void Add(Socket socket, int key)
    {
        var wanted = stackalloc byte[16];
        *(uint*)wanted = CanRead;
        *(int*)(wanted + KeyOffset) = key;
        if (epoll_ctl(_epoll, AddSocket, (int)socket.Handle, wanted) != 0)
            throw new IOException($"epoll_ctl failed with error {Marshal.GetLastPInvokeError()}.");
    }

    public override void Remove(Socket socket)
    {
        var ignored = stackalloc byte[16];
        _ = epoll_ctl(_epoll, RemoveSocket, (int)socket.Handle, ignored);
    }

    public override int Wait(Span<int> keys, int milliseconds)
    {
        fixed (byte* events = _events)
        {
            var count = epoll_wait(_epoll, events, Math.Min(keys.Length, MaxEvents), milliseconds);
            for (var index = 0; index < count; index++) keys[index] = *(int*)(events + index * EventSize + KeyOffset);
            return Math.Max(count, 0); // interrupted by a signal: nothing is ready
        }
    }

    public override void Dispose() => _ = close(_epoll);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int socket, byte* wanted);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int max, int milliseconds);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
