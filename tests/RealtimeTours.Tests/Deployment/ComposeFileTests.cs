using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Tests.Architecture;

namespace RealtimeTours.Tests.Deployment;

/// <summary>
/// No engine runs where this is built: docker-compose.yml is kept right by reading it. Beside each rule, a change to the file that breaks it.
/// </summary>
public class ComposeFileTests
{
    private static readonly string Text = SourceTree.Read("docker-compose.yml");
    private static readonly ComposeFile File = ComposeFile.Parse(Text);
    private static readonly HaproxyFile Balancer = HaproxyFile.Parse(SourceTree.Read("deploy/haproxy.cfg"));

    [Fact]
    public void It_describes_the_whole_system()
    {
        File.Services.Keys.ShouldBe(["rabbitmq", "redis", "postgres", "hub-1", "hub-2", "hub", "web", "catalog-sync"], ignoreOrder: true);
        ComposeRules.Hosts(File).Select(host => host.Project).ShouldBe(["RealtimeHub", "RealtimeHub", "Web", "CatalogSync"], ignoreOrder: true);
        Published("web").ShouldBe($"{ListenAddresses.WebPort}");
        Published("hub").ShouldBe($"{ListenAddresses.HubPort}");
        Published("catalog-sync").ShouldBe($"{ListenAddresses.CatalogSyncPort}");
        File.Services["redis"].Command.ShouldContain("--appendonly");
        File.Services["rabbitmq"].Volumes.ShouldHaveSingleItem();
        File.Services["redis"].Volumes.ShouldHaveSingleItem();
        File.Services["postgres"].Volumes.ShouldHaveSingleItem();
    }

    [Fact]
    public void Every_variable_it_sets_is_one_the_hosts_read()
    {
        ComposeRules.UnknownVariables(File).ShouldBeEmpty();
        ComposeRules.UnknownVariables(Changed("REDIS_URL:", "REDIS_ADDRESS:")).ShouldNotBeEmpty();
        ComposeRules.UnknownVariables(Changed("__SigningKeys__0__Value", "__SigningKeys__0__Secret")).ShouldNotBeEmpty();
        ComposeRules.UnknownVariables(Changed("Authentication__Schemes__", "Authentication__Scheme__")).ShouldNotBeEmpty();
    }

    [Fact]
    public void Every_host_finds_the_settings_it_refuses_to_start_without()
    {
        ComposeRules.Hosts(File).ShouldAllBe(host => Settings(host).Distributed);
        var incomplete = Changed("  DATABASE_URL: ", "  DATABASE_ADDRESS: ");
        foreach (var host in ComposeRules.Hosts(incomplete)) Should.Throw<InvalidSettingException>(() => Settings(host))
            .Message.ShouldContain("DATABASE_URL");
    }

    [Fact]
    public void Web_and_the_hubs_check_tokens_with_the_same_key()
    {
        var all = new[] { "web", "hub-1", "hub-2" }.Select(name => Tokens(File.Services[name])).ToArray();
        foreach (var tokens in all)
        {
            tokens.Keys.ShouldHaveSingleItem().Key.Key.ShouldBe(all[0].Keys[0].Key.Key);
            tokens.Issuers.ShouldHaveSingleItem().ShouldBe(tokens.Keys[0].Issuer);
            tokens.Audiences.ShouldBe(all[0].Audiences);
            tokens.Audiences.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void Addresses_name_its_services_their_ports_and_their_passwords()
    {
        ComposeRules.WrongAddresses(File).ShouldBeEmpty();
        ComposeRules.WrongAddresses(Changed("@rabbitmq:5672", "@rabbit:5672")).ShouldNotBeEmpty();
        ComposeRules.WrongAddresses(Changed("@redis:6379", "@redis:6380")).ShouldNotBeEmpty();
        ComposeRules.WrongAddresses(Changed("POSTGRES_DB: tours", "POSTGRES_DB: bookings")).ShouldNotBeEmpty();
        ComposeRules.WrongAddresses(Changed("redis://:${REDIS_PASSWORD", "redis://:${POSTGRES_PASSWORD")).ShouldNotBeEmpty();
        ComposeRules.WrongAddresses(Changed("RABBITMQ_DEFAULT_USER: tours", "RABBITMQ_DEFAULT_USER: guest")).ShouldNotBeEmpty();
    }

    [Fact]
    public void Ports_lead_to_something_that_listens_there()
    {
        ComposeRules.WrongPorts(File, Balancer).ShouldBeEmpty();
        ComposeRules.WrongPorts(Changed("3000:3000", "3000:8080"), Balancer).ShouldNotBeEmpty();
        ComposeRules.WrongPorts(Changed("http://+:3010", "http://+:3011"), Balancer).ShouldNotBeEmpty();
        ComposeRules.WrongPorts(File, Balancer with { Port = 80 }).ShouldNotBeEmpty();
    }

    [Fact]
    public void The_load_balancer_knows_the_hub_nodes()
    {
        ComposeRules.WrongUpstreams(File, Balancer).ShouldBeEmpty();
        ComposeRules.WrongUpstreams(Changed("  hub-2: *hub", "  hub-3: *hub"), Balancer).Count().ShouldBe(2);
        ComposeRules.WrongUpstreams(Changed("http://+:3007", "http://+:3008"), Balancer).ShouldNotBeEmpty();
        // SignalR's negotiation and connection must meet the same node, and a draining node must get no new ones.
        Balancer.Text.ShouldContain("cookie HUB insert");
        Balancer.Text.ShouldContain("/health/ready");
    }

    [Fact]
    public void Images_are_pinned()
    {
        ComposeRules.UnpinnedImages(File).ShouldBeEmpty();
        ComposeRules.UnpinnedImages(Changed("redis:7.4.2", "redis:latest")).ShouldHaveSingleItem();
        ComposeRules.UnpinnedImages(Changed("redis:7.4.2", "redis")).ShouldHaveSingleItem();
        ComposeRules.UnpinnedImages(Changed("redis:7.4.2", "redis:7")).ShouldHaveSingleItem();
        ComposeRules.UnpinnedImages(Changed("redis:7.4.2", $"redis@sha256:{new string('a', 64)}")).ShouldBeEmpty();
    }

    [Fact]
    public void Everything_has_a_health_check_and_time_to_stop()
    {
        ComposeRules.WithoutHealthCheck(File).ShouldBeEmpty();
        ComposeRules.WithoutHealthCheck(Changed("redis-cli ping | grep -q PONG", "")).ShouldHaveSingleItem();
        ComposeRules.WithoutTimeToStop(File).ShouldBeEmpty();
        ComposeRules.WithoutTimeToStop(Changed("    stop_grace_period: 30s\n", "")).ShouldHaveSingleItem();
    }

    [Fact]
    public void Hosts_start_when_the_servers_are_healthy()
    {
        ComposeRules.StartsTooEarly(File).ShouldBeEmpty();
        ComposeRules.StartsTooEarly(Changed("redis: { condition: service_healthy }", "redis: { condition: service_started }")).Count().ShouldBe(4);
        ComposeRules.UnknownDependencies(File).ShouldBeEmpty();
        ComposeRules.UnknownDependencies(Changed("depends_on: [hub-1, hub-2]", "depends_on: [hub-1, hub-9]")).ShouldHaveSingleItem();
    }

    [Fact]
    public void Volumes_and_mounted_files_exist()
    {
        ComposeRules.WrongVolumes(File).ShouldBeEmpty();
        ComposeRules.WrongVolumes(Changed("./deploy/haproxy.cfg", "./deploy/nginx.conf")).ShouldHaveSingleItem();
        ComposeRules.WrongVolumes(Changed("[\"redis-data:", "[\"cache-data:")).ShouldHaveSingleItem();
    }

    [Fact]
    public void Secrets_come_from_the_user_and_the_example_names_them_all()
    {
        var example = SourceTree.Read(".env.example").Split('\n').Where(line => line.Contains('=') && !line.StartsWith("# "))
            .ToDictionary(line => line.TrimStart('#').Split('=')[0], line => line.Split('=', 2)[1]);
        example.Keys.ShouldBe(File.Asked.Select(variable => variable.Name).Distinct(), ignoreOrder: true);
        File.Asked.Where(variable => variable.Required).Select(variable => variable.Name)
            .ShouldBe(["RABBITMQ_PASSWORD", "REDIS_PASSWORD", "POSTGRES_PASSWORD", "JWT_SIGNING_KEY"], ignoreOrder: true);
        foreach (var (name, value) in example.Where(entry => entry.Key.EndsWith("PASSWORD") || entry.Key.EndsWith("KEY"))) value.ShouldBeEmpty(name);
        foreach (var (name, _) in File.Asked.Where(variable => variable.Name.EndsWith("PASSWORD")))
            Text.Replace($"${{{name}:-}}", "").ShouldNotContain($"${{{name}:-", Case.Sensitive, "no password has a default but none at all");
    }

    private static ComposeFile Changed(string from, string to)
    {
        Text.ShouldContain(from);
        return ComposeFile.Parse(Text.Replace(from, to));
    }

    private static string Published(string service) => File.Services[service].Ports.ShouldHaveSingleItem().Split(':')[^2];

    private static PlatformSettings Settings(ComposeService host) => PlatformSettings.Read(Configuration(host), "/app", standalone: true);

    private static TokenSettings Tokens(ComposeService host) =>
        TokenSettings.Read(Configuration(host), new HostingEnvironment { EnvironmentName = "Production" }, Settings(host));

    // As ASP.NET Core reads the environment: two underscores are a colon.
    private static IConfiguration Configuration(ComposeService host) => new ConfigurationBuilder().AddInMemoryCollection(
        host.Environment.Select(entry => KeyValuePair.Create(entry.Key.Replace("__", ":"), (string?)ComposeRules.Substituted(entry.Value)))).Build();
}
