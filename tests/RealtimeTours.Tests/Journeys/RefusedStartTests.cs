using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>A host that cannot work as configured says in one line what to set, and ends.</summary>
public class RefusedStartTests
{
    private static readonly Dictionary<string, string> Servers = new()
    {
        ["RABBITMQ_URL"] = "amqp://guest:guest@127.0.0.1:1/",
        ["REDIS_URL"] = "redis://127.0.0.1:1",
        ["DATABASE_URL"] = "postgres://u:p@127.0.0.1:1/d",
    };

    [Theory]
    [InlineData("RealtimeHub", "RABBITMQ_URL, REDIS_URL and DATABASE_URL are not set")]
    [InlineData("CatalogSync", "RABBITMQ_URL, REDIS_URL and DATABASE_URL are not set")]
    [InlineData("Web", "RABBITMQ_URL is set but DATABASE_URL is not", "DATABASE_URL", "")]
    [InlineData("RealtimeHub", "REDIS_URL", "REDIS_URL", "http://localhost")]
    [InlineData("RealtimeHub", "REDIS_URL has a host that cannot be read", "REDIS_URL", "redis://[::1:6379")]
    [InlineData("Web", "DATABASE_URL", "DATABASE_URL", "mysql://localhost/tours")]
    [InlineData("CatalogSync", "DATABASE_URL: sslrotcert is no parameter", "DATABASE_URL",
        "postgres://u:p@localhost/tours?sslmode=verify-full&sslrotcert=ca.pem")]
    [InlineData("RealtimeHub", "RABBITMQ_URL", "RABBITMQ_URL", "localhost:5672")]
    [InlineData("CatalogSync", "SYNC_CRON", "SYNC_CRON", "every five minutes")]
    [InlineData("Web", "COMPLETION_CRON is 'at night'", "COMPLETION_CRON", "at night")]
    [InlineData("CatalogSync", "SUPPLIER_URL", "SUPPLIER_URL", "not an address")]
    [InlineData("RealtimeHub", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")]
    [InlineData("RealtimeHub", "WEBSOCKET_PORT", "WEBSOCKET_PORT", "many")]
    [InlineData("RealtimeHub", "WEBSOCKET_CORS_ORIGIN", "WEBSOCKET_CORS_ORIGIN", "not an origin")]
    [InlineData("RealtimeHub", "ASPNETCORE_URLS", "ASPNETCORE_URLS", "http://127.0.0.1:70000")]
    [InlineData("Web", "Bearer:Authority", "Authentication__Schemes__Bearer__Authority", "login.example.com")]
    [InlineData("Web", "Bearer:ValidAudiences is not set", "Authentication__Schemes__Bearer__Authority", "https://login.example.com")]
    [InlineData("RealtimeHub", "Bearer:ValidAudiences is not set", "Authentication__Schemes__Bearer__Authority", "https://login.example.com")]
    [InlineData("Web", "MODULES names 'loyality', which is no module", "MODULES", "bookings,loyality")]
    [InlineData("RealtimeHub", "PATH_BASE is 'tours' but must be a path", "PATH_BASE", "tours")]
    [InlineData("Web", "PATH_BASE is '/api/v2' but must not begin with /api", "PATH_BASE", "/api/v2/")]
    [InlineData("Web", "SigningKeys", "Authentication__Schemes__Bearer__SigningKeys__0__Value", "short")]
    public async Task A_bad_setting_stops_the_start_with_one_line_that_names_it(
        string project, string expected, string? name = null, string? value = null)
    {
        var settings = name is null ? [] : new Dictionary<string, string>(Servers);
        if (name is not null) settings[name] = value!;

        var (exitCode, errors) = await RunAsync(project, settings);

        exitCode.ShouldBe(78);
        errors.Trim().ShouldContain(expected);
        errors.Trim().ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_part_of_the_system_that_shares_no_servers_is_refused()
    {
        var (exitCode, errors) = await RunAsync("Web", new Dictionary<string, string> { ["MODULES"] = "payments" });

        exitCode.ShouldBe(78);
        errors.ShouldContain("RABBITMQ_URL is not set");
    }

    [Fact]
    public async Task A_port_in_use_is_said_in_one_line()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var (exitCode, errors) = await RunAsync("RealtimeHub", new Dictionary<string, string>(Servers)
        {
            ["ASPNETCORE_URLS"] = $"http://{taken.LocalEndpoint}",
        });

        exitCode.ShouldBe(78);
        errors.ShouldContain($"{taken.LocalEndpoint}");
        errors.Trim().ShouldNotContain("\n");
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string project, Dictionary<string, string> settings)
    {
        var command = HostProcess.CommandFor(project, "--contentRoot", Path.Combine(Repository.Root, "src", project));
        command.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        command.Environment["DATA_FOLDER"] = Path.Combine(Path.GetTempPath(), $"rtt-{Guid.NewGuid():N}");
        foreach (var (name, value) in settings) command.Environment[name] = value;
        var (exitCode, _, errors) = await FinishedProcess.OfAsync(command);
        return (exitCode, errors);
    }
}
