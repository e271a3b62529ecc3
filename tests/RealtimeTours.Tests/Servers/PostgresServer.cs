using System.Diagnostics;
using Npgsql;

namespace RealtimeTours.Tests.Servers;

public sealed class PostgresServer : ServerProcess
{
    /// <summary>The folder of its programs, such as <c>pgbench</c>.</summary>
    public static readonly string Programs = Directory.Exists("/usr/lib/postgresql")
        ? Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").Order().Last(), "bin")
        : "/usr/lib/postgresql/15/bin";

    private bool _initialised;

    /// <summary>The address of a database of this server.</summary>
    public string Url(string database = "postgres") => $"postgres://postgres:secret@127.0.0.1:{Port}/{database}";

    /// <summary>Makes an empty database and returns its address.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={Port};Username=postgres;Password=secret;Database=postgres;Timeout=60;Command Timeout=120");
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return Url(name);
    }

    // PostgreSQL refuses to run as root, so its own user runs it.
    protected override ProcessStartInfo Command() => new("/usr/bin/setpriv",
    [
        "--reuid=postgres", "--regid=postgres", "--init-groups", "--inh-caps=-all", Path.Combine(Programs, "postgres"),
        "-D", Path.Combine(Folder, "data"), "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1",
        "-c", $"unix_socket_directories={Folder}", "-c", "max_connections=300", "-c", "idle_in_transaction_session_timeout=20s",
    ]);

    public override async Task StartAsync()
    {
        if (!_initialised) await InitialiseAsync();
        await base.StartAsync();
    }

    protected override async Task<bool> IsReadyAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                $"Host=127.0.0.1;Port={Port};Username=postgres;Password=secret;Database=postgres;Timeout=15;Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task InitialiseAsync()
    {
        if (!File.Exists(Path.Combine(Programs, "initdb")))
            throw new InvalidOperationException($"{Programs}/initdb is missing. ./test.sh installs what the tests need.");
        var (data, password) = (Path.Combine(Folder, "data"), Path.Combine(Folder, "pw"));
        await File.WriteAllTextAsync(password, "secret");
        await FinishedProcess.OutputOfAsync(new ProcessStartInfo("/usr/bin/chown", ["-R", "postgres:postgres", Folder]));
        await FinishedProcess.OutputOfAsync(new ProcessStartInfo("/usr/sbin/runuser",
        [
            "-u", "postgres", "--", Path.Combine(Programs, "initdb"), "-D", data, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={password}", "-E", "UTF8", "--no-locale",
        ]));
        _initialised = true;
    }
}
