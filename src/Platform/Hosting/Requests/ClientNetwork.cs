using System.Net;
using System.Net.Sockets;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>By what limits count clients: the IPv4 address, or the /64 of an IPv6 address, which is what one customer gets.</summary>
public static class ClientNetwork
{
    public static IPAddress Of(IPAddress remote)
    {
        if (remote.IsIPv4MappedToIPv6) return remote.MapToIPv4();
        if (remote.AddressFamily != AddressFamily.InterNetworkV6) return remote;
        var bytes = remote.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
