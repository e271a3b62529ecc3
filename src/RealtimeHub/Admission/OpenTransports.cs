using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Configuration;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>Counts open sockets and recent negotiations per address. An IPv6 address counts as its /64, which is what a customer gets.</summary>
internal sealed class OpenTransports(IOptions<RealtimeHubOptions> options, TimeProvider time)
{
    // About as long as SignalR keeps a negotiated connection that is never opened.
    private static readonly TimeSpan NegotiationMemory = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private readonly Dictionary<IPAddress, int> _negotiated = [];
    private DateTimeOffset _forgetAt;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <param name="remote">Null where the connection has no address, such as a Unix socket: it is not limited.</param>
    public bool TryOpen(IPAddress? remote)
    {
        if (remote is not null && !TryCount(_open, remote)) return false;
        Interlocked.Increment(ref _count);
        return true;
    }

    public void Close(IPAddress? remote)
    {
        Interlocked.Decrement(ref _count);
        if (remote is null) return;
        var owner = Owner(remote);
        lock (_gate)
        {
            if (--_open[owner] == 0) _open.Remove(owner);
        }
    }

    public bool TryNegotiate(IPAddress? remote)
    {
        if (remote is null) return true;
        lock (_gate)
        {
            if (time.GetUtcNow() is var now && now >= _forgetAt)
            {
                _negotiated.Clear();
                _forgetAt = now + NegotiationMemory;
            }
        }
        return TryCount(_negotiated, remote);
    }

    private bool TryCount(Dictionary<IPAddress, int> counts, IPAddress remote)
    {
        var (owner, most) = (Owner(remote), options.Value.MaxConnectionsPerAddress);
        lock (_gate)
        {
            var count = counts.GetValueOrDefault(owner);
            if (most > 0 && count >= most) return false;
            counts[owner] = count + 1;
            return true;
        }
    }

    private static IPAddress Owner(IPAddress remote)
    {
        if (remote.IsIPv4MappedToIPv6) return remote.MapToIPv4();
        if (remote.AddressFamily != AddressFamily.InterNetworkV6) return remote;
        var bytes = remote.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
