using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace RealtimeTours.Tests.Servers;

public sealed class RabbitMqServer : ServerProcess
{
    private readonly int _distributionPort = FreePort();
    private readonly ErlangPortMapper _portMapper = new();

    /// <summary>Further lines of its <c>rabbitmq.conf</c>.</summary>
    public string Configuration { get; init; } = "";

    public string Url => $"amqp://guest:guest@127.0.0.1:{Port}/";

    /// <summary>
    /// Waits until the broker has written its register of quorum queues, which it does half a second after a declaration: killed before,
    /// it comes back with the queue but without its content and its leader (rabbitmq-server 15725). Call it before killing.
    /// </summary>
    public Task QueuesAreOnDiskAsync(params string[] queues)
    {
        var register = Path.Combine(Folder, "mnesia", $"n{Port}@localhost", "quorum", $"n{Port}@localhost", "names.dets");
        return Eventually.ShouldBeTrueAsync(() =>
        {
            var written = File.ReadAllBytes(register).AsSpan();
            foreach (var queue in queues)
            {
                // The length stands before the name, so that no name is found in a longer one.
                var name = Encoding.UTF8.GetBytes($"%2F_{queue}");
                if (written.IndexOf([(byte)name.Length, .. name]) < 0) return false;
            }
            return true;
        });
    }

    /// <summary>As <see cref="QueuesAreOnDiskAsync"/> for streams: their coordinator has a register of its own, each stream a folder.</summary>
    public Task StreamIsOnDiskAsync(string queue)
    {
        var node = Path.Combine(Folder, "mnesia", $"n{Port}@localhost");
        var register = Path.Combine(node, "coordination", $"n{Port}@localhost", "names.dets");
        return Eventually.ShouldBeTrueAsync(() =>
            File.ReadAllBytes(register).AsSpan().IndexOf("rabbit_stream_coordinator"u8) >= 0
            && Directory.GetDirectories(Path.Combine(node, "stream"), $"__{queue.Replace('.', '_')}_*").Length > 0);
    }

    protected override ProcessStartInfo Command()
    {
        File.WriteAllText(Path.Combine(Folder, "rabbitmq.conf"), $"loopback_users.guest = true\ndisk_free_limit.absolute = 50MB\n{Configuration}\n");
        File.WriteAllText(Path.Combine(Folder, "enabled_plugins"), "[].\n");
        Directory.CreateDirectory(Path.Combine(Folder, "home"));
        return new ProcessStartInfo("/usr/lib/rabbitmq/bin/rabbitmq-server")
        {
            Environment =
            {
                ["HOME"] = Path.Combine(Folder, "home"),
                ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
                ["RABBITMQ_NODENAME"] = $"n{Port}@localhost",
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = $"{Port}",
                ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["ERL_EPMD_PORT"] = $"{_portMapper.Port}",
                ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "mnesia"),
                ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "log"),
                ["RABBITMQ_PID_FILE"] = Path.Combine(Folder, "pid"),
                ["RABBITMQ_CONFIG_FILE"] = Path.Combine(Folder, "rabbitmq.conf"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Folder, "enabled_plugins"),
                ["RUNNING_UNDER_SYSTEMD"] = "1",
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            },
        };
    }

    // An AMQP broker that is ready answers the protocol header with Connection.Start (frame type 1).
    protected override async Task<bool> IsReadyAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray());
            var first = new byte[1];
            return await client.GetStream().ReadAsync(first).AsTask().WaitAsync(TimeSpan.FromSeconds(15)) == 1 && first[0] == 1;
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }

    public override async Task StartAsync()
    {
        if (!_portMapper.Running) await _portMapper.StartAsync();
        await base.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _portMapper.DisposeAsync();
    }
}
