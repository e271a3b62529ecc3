using System.Diagnostics;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>A redis-server with arguments of its own: with users, with TLS, a node of a cluster, or a sentinel.</summary>
internal sealed class RedisNode(params string[] arguments) : ServerProcess
{
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>A file of this server, such as a sentinel's configuration.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    public static async Task<RedisNode> StartedAsync(params string[] arguments)
    {
        var node = new RedisNode(arguments);
        await node.StartAsync();
        return node;
    }

    /// <summary>What redis-cli answers.</summary>
    public async Task<string> AskAsync(params string[] command)
    {
        var (exitCode, output, errors) = await FinishedProcess.OfAsync(new ProcessStartInfo("/usr/bin/redis-cli", ["-p", $"{Port}", .. command]));
        return exitCode == 0 ? output.Trim() : throw new InvalidOperationException($"redis-cli {string.Join(' ', command)}: {output}{errors}");
    }

    protected override ProcessStartInfo Command() => arguments is ["--sentinel"]
        ? new("/usr/bin/redis-server", [PathOf("sentinel.conf"), "--sentinel"])
        : new("/usr/bin/redis-server", ["--bind", "127.0.0.1", "--port", $"{Port}", "--dir", Folder, "--save", "", .. arguments]);

    protected override Task<bool> IsReadyAsync() => AcceptsConnectionsAsync();
}
