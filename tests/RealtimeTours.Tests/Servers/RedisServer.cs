using System.Diagnostics;
using RealtimeTours.Platform.Redis;

namespace RealtimeTours.Tests.Servers;

public sealed class RedisServer : ServerProcess
{
    public string Url => $"redis://127.0.0.1:{Port}";

    protected override ProcessStartInfo Command() => new("/usr/bin/redis-server",
        ["--bind", "127.0.0.1", "--port", $"{Port}", "--dir", Folder, "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]);

    /// <summary>With timeouts for a busy machine, for tests of what Redis holds and not of what happens without it.</summary>
    public RedisConnection Connect() => new(Url) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Starts it again as after a lost disk. It must not be running.</summary>
    public Task StartEmptyAsync()
    {
        foreach (var data in Directory.GetDirectories(Folder)) Directory.Delete(data, recursive: true); // appendonlydir
        return StartAsync();
    }

    protected override Task<bool> IsReadyAsync() => AcceptsConnectionsAsync();
}
