using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace RealtimeTours.Tests.Servers;

public sealed class PostgresServer : ServerProcess
{
    /// <summary>The folder of its programs, such as <c>pgbench</c>.</summary>
    public static readonly string Programs = Directory.Exists("/usr/lib/postgresql")
        ? Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").Order().Last(), "bin")
        : "/usr/lib/postgresql/15/bin";

    private bool _initialised;

    /// <summary>What it shows to clients that ask for TLS, with its key; null where it speaks none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>How it has clients prove who they are.</summary>
    public string Authentication { get; init; } = "scram-sha-256";

    /// <summary>The running server that this one follows as its hot standby; null for one of its own.</summary>
    public PostgresServer? Primary { get; init; }

    /// <summary>Further settings, such as <c>default_transaction_read_only=on</c>.</summary>
    public string[] Settings { get; init; } = [];

    /// <summary>Where its socket is.</summary>
    public string SocketFolder => Folder;

    /// <summary>The address of a database of this server.</summary>
    public string Url(string database = "postgres") => $"postgres://postgres:secret@127.0.0.1:{Port}/{database}";

    /// <summary>Makes an empty database and returns its address.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"t{Guid.NewGuid():N}";
        await using var source =
            NpgsqlDataSource.Create($"Host=127.0.0.1;Port={Port};Username=postgres;Password=secret;Database=postgres;Timeout=60;Command Timeout=120");
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
        .. (Certificate is null ? Settings : ["ssl=on", $"ssl_cert_file={Folder}/tls.crt", $"ssl_key_file={Folder}/tls.key", .. Settings])
            .SelectMany(setting => new[] { "-c", setting }),
    ]);

    public override async Task StartAsync()
    {
        if (!_initialised) await InitialiseAsync();
        // After a kill -9 its shared memory is in use until the kernel has ended its last child too, and a new one refuses to start before that.
        for (var until = DateTime.UtcNow + TimeSpan.FromMinutes(1); ;)
        {
            try
            {
                await base.StartAsync();
                return;
            }
            catch (InvalidOperationException) when (DateTime.UtcNow < until && Errors.Contains("still in use", StringComparison.Ordinal))
            {
                await KillAsync();
                await Task.Delay(200);
            }
        }
    }

    protected override Task<bool> IsReadyAsync() => AnswersAsync(Port);

    /// <summary>Whether clients are served at this port of loopback, by a server or by a pooler in front of one.</summary>
    public static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                $"Host=127.0.0.1;Port={port};Username=postgres;Password=secret;Database=postgres;Timeout=15;Pooling=false");
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
        await File.WriteAllTextAsync(Path.Combine(Folder, "pw"), "secret");
        if (Certificate is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, "tls.crt"), Certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(Folder, "tls.key"), Certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
            await FinishedProcess.OutputOfAsync(new ProcessStartInfo("/bin/chmod", ["400", Path.Combine(Folder, "tls.key")])); // or it is refused
        }
        await FinishedProcess.OutputOfAsync(new ProcessStartInfo("/usr/bin/chown", ["-R", "postgres:postgres", Folder]));
        string[] program = Primary is { } primary
            ? ["pg_basebackup", "-R", "-c", "fast", "-d", $"host=127.0.0.1 port={primary.Port} user=postgres password=secret"]
            : ["initdb", "-U", "postgres", "-A", Authentication, $"--pwfile={Path.Combine(Folder, "pw")}", "-E", "UTF8", "--no-locale"];
        await FinishedProcess.OutputOfAsync(new ProcessStartInfo("/usr/sbin/runuser",
            ["-u", "postgres", "--", Path.Combine(Programs, program[0]), "-D", Path.Combine(Folder, "data"), .. program[1..]]));
        _initialised = true;
    }
}
