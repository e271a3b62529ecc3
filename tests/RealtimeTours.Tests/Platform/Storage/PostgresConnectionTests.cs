using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>Addresses that only a server of a special kind can answer.</summary>
public sealed class PostgresConnectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rtt-").FullName;

    [Fact]
    public async Task Verify_full_takes_the_server_its_authority_vouches_for_and_no_other()
    {
        using var ours = new TestAuthority();
        using var theirs = new TestAuthority();
        using var shown = ours.Issue("localhost");
        await using var server = new PostgresServer { Certificate = shown };
        await server.StartAsync();
        var (trusted, other) = (WriteRoot(ours, "ours.pem"), WriteRoot(theirs, "theirs.pem"));

        (await TlsAsync($"sslmode=verify-full&sslrootcert={trusted}")).ShouldStartWith("TLS");
        (await TlsAsync(
            $"sslmode=verify-full&sslrootcert={trusted}&sslnegotiation=postgres&ssl_min_protocol_version=TLSv1.3&channel_binding=require"))
                .ShouldBe("TLSv1.3");
        (await TlsAsync($"sslmode=verify-full&sslrootcert={trusted}&ssl_max_protocol_version=TLSv1.2")).ShouldBe("TLSv1.2");
        (await TlsAsync($"sslmode=verify-ca&sslrootcert={trusted}", host: "127.0.0.1")).ShouldStartWith("TLS");
        (await TlsAsync($"sslmode=require&sslrootcert={trusted}", host: "127.0.0.1")).ShouldStartWith("TLS");
        await ShouldBeRefusedAsync($"sslmode=verify-full&sslrootcert={trusted}", host: "127.0.0.1"); // the certificate is another name's
        await ShouldBeRefusedAsync($"sslmode=verify-full&sslrootcert={other}");
        await ShouldBeRefusedAsync($"sslmode=require&sslrootcert={other}");
        await ShouldBeRefusedAsync("sslrootcert=system");
        await ShouldBeRefusedAsync("sslmode=disable&channel_binding=require");

        async Task<string?> TlsAsync(string query, string host = "localhost") =>
            await AskAsync<string>(
                $"postgres://postgres:secret@{host}:{server.Port}/postgres?{query}", "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");

        Task ShouldBeRefusedAsync(string query, string host = "localhost") => Should.ThrowAsync<NpgsqlException>(() => TlsAsync(query, host));
    }

    [Fact]
    public async Task Channel_binding_that_is_required_gives_no_password_to_a_server_that_asks_for_it_plainly()
    {
        await using var server = new PostgresServer { Authentication = "password" };
        await server.StartAsync();
        (await AskAsync<int>(server.Url(), "SELECT 1")).ShouldBe(1);
        await Should.ThrowAsync<NpgsqlException>(() => AskAsync<int>(server.Url() + "?channel_binding=require", "SELECT 1"));
        await Should.ThrowAsync<NpgsqlException>(() => AskAsync<int>(server.Url() + "?require_auth=scram-sha-256", "SELECT 1"));
    }

    [Theory]
    [InlineData("postgres://postgres:secret@{escaped}:{port}/postgres?sslmode=require&keepalives_idle=30")]
    [InlineData("postgres:///postgres?host={folder}&port={port}&user=postgres&password=secret")]
    [InlineData("host={folder} port={port} user=postgres password='secret' dbname=postgres")]
    [InlineData("Host={folder};Port={port};Username=postgres;Password=secret;Database=postgres")]
    public async Task A_socket_is_reached_by_its_folder(string address)
    {
        var server = await SharedServers.Postgres;
        address = address.Replace("{escaped}", Uri.EscapeDataString(server.SocketFolder)).Replace("{folder}", server.SocketFolder)
            .Replace("{port}", $"{server.Port}");
        (await AskAsync<bool>(address, "SELECT inet_server_addr() IS NULL")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_address_says_reaches_the_server()
    {
        const string Settings = "SELECT current_setting('application_name') || ' ' || current_setting('statement_timeout')";
        var url = (await SharedServers.Postgres).Url();
        (await AskAsync<string>(url, Settings)).ShouldBe("RealtimeTours 0");
        (await AskAsync<string>(url + "?application_name=tours-web&options=-c%20statement_timeout%3D5s&target_session_attrs=read-write", Settings))
            .ShouldBe("tours-web 5s");
    }

    [Fact]
    public async Task Of_several_hosts_the_one_that_can_write_is_taken()
    {
        var writable = await SharedServers.Postgres;
        await using var readOnly = new PostgresServer { Settings = ["default_transaction_read_only=on"] };
        await readOnly.StartAsync();
        var hosts = $"postgres://postgres:secret@127.0.0.1:1,127.0.0.1:{readOnly.Port},127.0.0.1:{writable.Port}/postgres";
        const string Port = "SELECT inet_server_port()";
        (await AskAsync<int>(hosts, Port)).ShouldBe(writable.Port);
        (await AskAsync<int>(hosts + "?target_session_attrs=read-write", Port)).ShouldBe(writable.Port);
        (await AskAsync<int>(hosts + "?target_session_attrs=primary", Port)).ShouldBe(readOnly.Port); // no standby
        (await AskAsync<int>(hosts + "?target_session_attrs=any", Port)).ShouldBe(readOnly.Port);
        await Should.ThrowAsync<NpgsqlException>(() => AskAsync<int>(readOnly.Url() + "?target_session_attrs=read-write", Port));
    }

    [Fact]
    public async Task A_host_follows_the_failover_from_the_primary_to_its_standby()
    {
        await using var primary = new PostgresServer();
        await primary.StartAsync();
        await using var standby = new PostgresServer { Primary = primary };
        await standby.StartAsync();
        var address = $"postgres://postgres:secret@127.0.0.1:{standby.Port},127.0.0.1:{primary.Port}/postgres";
        await using var host = await new StorageHost(TestDatabases.Settings(address, _folder)).ReadyAsync();
        await CommitAsync("before");
        (await host.HealthAsync()).ShouldBe(HealthStatus.Healthy);
        await Eventually.ShouldBeTrueAsync(async () => await AskAsync<int>(standby.Url(), "SELECT COUNT(*)::int FROM tours") == 1);

        await primary.KillAsync();
        // the standby reads, and that is not enough
        await Eventually.ShouldBeTrueAsync(async () => await host.HealthAsync() == HealthStatus.Unhealthy);
        await Should.ThrowAsync<NpgsqlException>(() => CommitAsync("meanwhile"));
        (await AskAsync<bool>(standby.Url(), "SELECT pg_promote()")).ShouldBeTrue();

        await Eventually.ShouldBeTrueAsync(async () => await host.HealthAsync() == HealthStatus.Healthy);
        await CommitAsync("after");
        (await AskAsync<int>(standby.Url(), "SELECT COUNT(*)::int FROM tours")).ShouldBe(2);
        await Eventually.ShouldBeTrueAsync(() => host.Bus.Published.Count == 2);

        Task CommitAsync(string tour) => host.Database.InTransactionAsync(async transaction =>
        {
            await DatabaseSpecs.AddTourAsync(transaction, tour);
            transaction.Announce(host.Events.Create("tour.created", new { tourId = tour }));
        });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string WriteRoot(TestAuthority authority, string name)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, authority.Root.ExportCertificatePem());
        return file;
    }

    private static async Task<T?> AskAsync<T>(string address, string sql)
    {
        await using var source = PostgresAddress.Parse(address).BuildSource();
        await using var connection = await source.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<T>(sql);
    }
}
