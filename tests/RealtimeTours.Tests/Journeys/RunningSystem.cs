using System.Security.Cryptography;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>The whole system as an operator runs it: processes of their own, on loopback.</summary>
public sealed class RunningSystem : IAsyncDisposable
{
    private readonly List<HostProcess> _hosts = [];

    /// <summary>Where REST and pages are.</summary>
    public required string Web { get; init; }

    /// <summary>The hub's addresses: one per node.</summary>
    public required IReadOnlyList<string> Hubs { get; init; }

    /// <summary>Null in embedded mode.</summary>
    public ServerSettings? Servers { get; private init; }

    public IReadOnlyList<HostProcess> Hosts => _hosts;

    /// <summary>One process with nothing configured but what is given.</summary>
    public static async Task<RunningSystem> StartEmbeddedAsync(params (string Name, string Value)[] settings)
    {
        var hubPort = ServerProcess.FreePort();
        var web = new HostProcess("Web", new Dictionary<string,
            string>(settings.ToDictionary(setting => setting.Name, setting => setting.Value)) { ["WEBSOCKET_PORT"] = $"{hubPort}" });
        var system = new RunningSystem { Web = web.Address, Hubs = [$"http://127.0.0.1:{hubPort}/hubs/availability"] };
        await system.AddAsync(web);
        return system;
    }

    /// <summary>Two hub nodes, Web and CatalogSync on real RabbitMQ, Redis and PostgreSQL.</summary>
    public static async Task<RunningSystem> StartDistributedAsync(ServerSettings servers)
    {
        var settings = servers.ToEnvironment();
        var webSettings = new Dictionary<string, string>(settings);
        var web = new HostProcess("Web", webSettings);
        HostProcess[] hubs = [Hub(web, settings), Hub(web, settings)];
        webSettings["HUB_PUBLIC_URL"] = hubs[0].Address;
        var system = new RunningSystem { Web = web.Address, Hubs = [.. hubs.Select(hub => hub.Hub)], Servers = servers };
        await Task.WhenAll(
            system.AddAsync(hubs[0]), system.AddAsync(hubs[1]), system.AddAsync(web), system.AddAsync(new HostProcess("CatalogSync", settings)));
        // The catalogue is put in after the start, by another host than the one that is asked for it.
        using var visitor = new RestClient(system.Web);
        await Eventually.ShouldBeTrueAsync(
            async () => OurTours.Ids.All((await visitor.ToursAsync()).Select(tour => tour.Id).Contains), TimeSpan.FromMinutes(2));
        return system;
    }

    /// <summary>Hub nodes alone, each on its own way to the servers: the first takes the first settings.</summary>
    public static async Task<RunningSystem> StartHubsAsync(params IReadOnlyDictionary<string, string>[] settings)
    {
        var hubs = settings.Select(each => new HostProcess("RealtimeHub", each)).ToArray();
        var system = new RunningSystem { Web = "", Hubs = [.. hubs.Select(hub => hub.Hub)] };
        await Task.WhenAll(hubs.Select(system.AddAsync));
        return system;
    }

    private static HostProcess Hub(HostProcess web, IReadOnlyDictionary<string, string> settings) =>
        new("RealtimeHub", new Dictionary<string, string>(settings) { ["WEBSOCKET_CORS_ORIGIN"] = web.Address });

    private async Task AddAsync(HostProcess host)
    {
        lock (_hosts) _hosts.Add(host);
        await host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
    }
}

/// <summary>The addresses of three servers, with names of their own so that systems can share them.</summary>
public sealed record ServerSettings(string RabbitMq, string Redis, string Postgres)
{
    public string Prefix { get; } = $"t{Guid.NewGuid():N}"[..9];

    /// <summary>A database of its own on the shared servers; the prefix keeps exchange, queues and Redis keys apart.</summary>
    public static async Task<ServerSettings> OnSharedServersAsync() => new(
        (await SharedServers.RabbitMq).Url,
        (await SharedServers.Redis).Url,
        await (await SharedServers.Postgres).CreateDatabaseAsync());

    public string Exchange => $"{Prefix}_events";

    /// <summary>Further variables of every host.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    /// <summary>For hosts that learn elsewhere whose tokens to take.</summary>
    public Dictionary<string, string> WithoutTokens() =>
        ToEnvironment().Where(setting => !setting.Key.StartsWith("Authentication", StringComparison.Ordinal)).ToDictionary();

    public IReadOnlyDictionary<string, string> ToEnvironment() => new Dictionary<string, string>(Extra)
    {
        ["RABBITMQ_URL"] = RabbitMq,
        ["REDIS_URL"] = Redis,
        ["DATABASE_URL"] = Postgres,
        ["RABBITMQ_EXCHANGE"] = Exchange,
        ["RABBITMQ_QUEUE_PREFIX"] = Prefix,
        ["SAMPLE_CATALOGUE"] = "true",
        ["Authentication__Schemes__Bearer__ValidIssuer"] = "journeys",
        ["Authentication__Schemes__Bearer__ValidAudiences__0"] = "realtimetours",
        ["Authentication__Schemes__Bearer__SigningKeys__0__Issuer"] = "journeys",
        ["Authentication__Schemes__Bearer__SigningKeys__0__Value"] = Convert.ToBase64String(SHA256.HashData("journeys"u8)),
    };
}
