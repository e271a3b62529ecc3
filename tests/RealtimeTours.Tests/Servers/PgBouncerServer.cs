using System.Diagnostics;

namespace RealtimeTours.Tests.Servers;

/// <summary>A pooler in transaction mode in front of a PostgreSQL server, for all of its databases.</summary>
public sealed class PgBouncerServer(PostgresServer postgres) : ServerProcess
{
    private const string Program = "/usr/sbin/pgbouncer";

    /// <summary>The server's sessions per database; far fewer than clients, so that each transaction gets another one.</summary>
    private const int Sessions = 8;

    /// <summary>Further lines of its configuration.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>An address of the server, now through the pooler.</summary>
    public string Through(string url) => url.Replace($":{postgres.Port}/", $":{Port}/", StringComparison.Ordinal);

    // It refuses to run as root, so PostgreSQL's user runs it.
    protected override ProcessStartInfo Command() => new("/usr/bin/setpriv",
        ["--reuid=postgres", "--regid=postgres", "--init-groups", "--inh-caps=-all", Program, Path.Combine(Folder, "pgbouncer.ini")]);

    public override async Task StartAsync()
    {
        if (!File.Exists(Program)) throw new InvalidOperationException($"{Program} is missing. ./test.sh installs what the tests need.");
        await File.WriteAllTextAsync(Path.Combine(Folder, "users.txt"), "\"postgres\" \"secret\"\n");
        await File.WriteAllLinesAsync(Path.Combine(Folder, "pgbouncer.ini"),
        [
            "[databases]", $"* = host=127.0.0.1 port={postgres.Port}",
            "[pgbouncer]", "listen_addr = 127.0.0.1", $"listen_port = {Port}", "unix_socket_dir =", "pool_mode = transaction",
            $"default_pool_size = {Sessions}", "max_client_conn = 500", "auth_type = scram-sha-256", $"auth_file = {Folder}/users.txt",
            "server_round_robin = 1", .. Settings,
        ]);
        await FinishedProcess.OutputOfAsync(new ProcessStartInfo("/usr/bin/chown", ["-R", "postgres:postgres", Folder]));
        await base.StartAsync();
    }

    protected override Task<bool> IsReadyAsync() => PostgresServer.AnswersAsync(Port);
}
