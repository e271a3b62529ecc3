using System.Diagnostics;

namespace RealtimeTours.Tests.Servers;

/// <summary>RabbitMQ's port mapper. Started here, because the daemon that a broker starts by itself outlives it.</summary>
internal sealed class ErlangPortMapper : ServerProcess
{
    protected override ProcessStartInfo Command() => new("/usr/bin/epmd", ["-address", "127.0.0.1", "-port", $"{Port}"]);

    protected override Task<bool> IsReadyAsync() => AcceptsConnectionsAsync();
}
