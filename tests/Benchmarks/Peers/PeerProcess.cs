using System.Diagnostics;
using RealtimeTours.LoadTest.Wire;
using RealtimeTours.Tests;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Benchmarks.Peers;

/// <summary>A server that is measured, with an exchange of its own so that it sees its own events alone.</summary>
internal sealed record Peer(string Name, ServerProcess[] Nodes, string Exchange, WireProtocol Protocol)
{
    /// <summary>Ours first; the others are what its figures are divided by.</summary>
    public static async Task<Peer[]> CreateAllAsync()
    {
        var servers = await ServerSettings.OnSharedServersAsync();
        // all come from this machine
        var environment = new Dictionary<string, string>(servers.ToEnvironment()) { ["RealtimeHub__MaxConnectionsPerAddress"] = "0" };
        string Exchange(string name) => $"{servers.Prefix}_{name}";
        return
        [
            new("RealtimeTours", Two(() => new HostProcess("RealtimeHub", environment)), servers.Exchange, WireProtocol.SignalR),
            new("Socket.IO",
                Two(() => new PeerProcess(
                    port => PeerProcess.Node("Peers", "socket-io-server.mjs", port, servers.RabbitMq, Exchange("socketio"), servers.Redis))),
                Exchange("socketio"), WireProtocol.SocketIo),
            new("stock SignalR", Two(() =>
                new PeerProcess(port => PeerProcess.Ourselves("stock-signalr-server", port, servers.RabbitMq, Exchange("stock"), servers.Redis))),
                Exchange("stock"), WireProtocol.SignalR),
            new("bare sockets", Two(() => new PeerProcess(port => PeerProcess.Ourselves("bare-server", port, servers.RabbitMq, Exchange("bare")))),
                Exchange("bare"), WireProtocol.SignalR),
        ];
    }

    private static ServerProcess[] Two(Func<ServerProcess> node) => [node(), node()];
}

internal sealed class PeerProcess(Func<string, ProcessStartInfo> command) : ServerProcess
{
    /// <summary>A script of a folder of the benchmarks, with the packages that its lock file names.</summary>
    public static ProcessStartInfo Node(string folderName, params string[] arguments)
    {
        var folder = Path.Combine(Repository.Root, "tests", "Benchmarks", folderName);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            using var install = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder })!;
            install.WaitForExit();
            if (install.ExitCode != 0) throw new InvalidOperationException($"npm ci in {folder} failed.");
        }
        var node = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(path => Path.Combine(path, "node")).First(File.Exists);
        return new ProcessStartInfo(node, arguments) { WorkingDirectory = folder, Environment = { ["NODE_ENV"] = "production" } };
    }

    public static ProcessStartInfo Ourselves(string mode, params string[] arguments) =>
        new(Path.ChangeExtension(typeof(Peer).Assembly.Location, null), [mode, .. arguments])
        {
            // As a web project has it; this program itself is none.
            Environment = { ["DOTNET_gcServer"] = "1" },
        };

    protected override ProcessStartInfo Command() => command($"{Port}");

    protected override Task<bool> IsReadyAsync() => AcceptsConnectionsAsync();
}
