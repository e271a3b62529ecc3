using System.Diagnostics;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>
/// Two hub nodes on servers of their own, eight visitors with both official clients and all transports, and every part can be taken away. The first
/// node reaches Redis and RabbitMQ through proxies; visitors reach the nodes through proxies that stand for a load balancer.
/// </summary>
public sealed class FaultySystem : IAsyncLifetime
{
    /// <summary>CONTRACT §4 after the last change. Measured and reported beside what it took.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>CONTRACT §4 after the lost part is back. Measured and reported beside what it took.</summary>
    public static readonly TimeSpan Healed = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What makes a test red, whatever was promised: no timer heals within it what the two paths have lost (a figure of the storm is in no database),
    /// and a machine of tests that stalls needs no more.
    /// </summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly List<string> _report = [];
    private readonly TokenIssuer _tokens;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly RedisConnection _redis;
    private readonly RedisAvailabilityBoard _board;
    private RunningSystem _system = null!;

    public FaultySystem()
    {
        (RedisPath, RabbitMqPath) = (new TcpProxy(Redis.Port), new TcpProxy(RabbitMq.Port));
        var servers = new ServerSettings(RabbitMq.Url, Redis.Url, Postgres.Url());
        (Prefix, Exchange) = (servers.Prefix, servers.Exchange);
        _settings = new Dictionary<string, string>(servers.ToEnvironment()) { ["Messaging__RetryDelays"] = "1,2,3,4,5,30" };
        _redis = Redis.Connect();
        _board = new RedisAvailabilityBoard(_redis, new RedisKeys($"{{{Prefix}}}"));
        _tokens = Tokens(_settings);
        Storm = new EventStorm(RabbitMq.Url, Exchange, Seed);
    }

    public RedisServer Redis { get; } = new();

    public RabbitMqServer RabbitMq { get; } = new();

    public PostgresServer Postgres { get; } = new();

    /// <summary>The first node's way to Redis.</summary>
    public TcpProxy RedisPath { get; }

    /// <summary>The first node's way to RabbitMQ.</summary>
    public TcpProxy RabbitMqPath { get; }

    /// <summary>One prefers the first node, the other the second.</summary>
    public IReadOnlyList<TcpProxy> Fronts { get; private set; } = [];

    public EventStorm Storm { get; }

    public IReadOnlyList<HostProcess> Hubs => _system.Hosts;

    internal IReadOnlyList<WatcherView> Watchers { get; private set; } = [];

    public string Prefix { get; }

    public string Exchange { get; }

    /// <summary>Of the storm; printed with every result.</summary>
    public int Seed { get; } = Random.Shared.Next();

    public async Task InitializeAsync()
    {
        await Task.WhenAll(Redis.StartAsync(), RabbitMq.StartAsync(), Postgres.StartAsync());
        var first = new Dictionary<string, string>(_settings)
        {
            ["REDIS_URL"] = $"redis://127.0.0.1:{RedisPath.Port}",
            ["RABBITMQ_URL"] = $"amqp://guest:guest@127.0.0.1:{RabbitMqPath.Port}/",
        };
        _system = await RunningSystem.StartHubsAsync(first, _settings);
        Fronts = [new TcpProxy(Hubs[0].Port, Hubs[1].Port), new TcpProxy(Hubs[1].Port, Hubs[0].Port)];
        var watchers = new List<WatcherView>();
        foreach (var (front, fallback, otherFallback) in Fronts.Zip(
            [HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling], [HttpTransportType.LongPolling, HttpTransportType.ServerSentEvents]))
        {
            var hub = $"{Address(front)}/hubs/availability";
            watchers.Add(await WatcherView.JavaScriptAsync(hub, Storm.Tours));
            watchers.Add(await WatcherView.JavaScriptAsync(hub, Storm.Tours, $"{fallback}"));
            watchers.Add(await WatcherView.DotNetAsync(Address(front), Storm.Tours));
            watchers.Add(await WatcherView.DotNetAsync(Address(front), Storm.Tours, otherFallback));
        }
        Watchers = watchers;
        foreach (var tour in Storm.Tours) await Storm.ChangeAsync(tour);
        await Eventually.ShouldBeTrueAsync(() => Wrong.Length == 0);
    }

    /// <summary>Where visitors find the hub behind that proxy.</summary>
    public static string Address(TcpProxy front) => $"http://127.0.0.1:{front.Port}";

    public string Token(string userId) => _tokens.Sign(userId, [], TimeSpan.FromHours(1))!.Token;

    /// <summary>The departures on the shared board that are not as published: what a starting node and the pages' first answer would show.</summary>
    public async Task<string[]> WrongOnBoardAsync()
    {
        var board = await _board.ReadAsync([.. Storm.Tours]);
        return [.. Storm.Current.Where(pair => board.GetValueOrDefault(pair.Key)?.Single().AvailableSpots != pair.Value).Select(pair => pair.Key)];
    }

    /// <summary>What is wrong on the visitors' screens at this moment.</summary>
    public string[] Wrong =>
    [
        .. from watcher in Watchers
           from pair in Storm.Current
           let shown = watcher.Seats(pair.Key)
           where shown != pair.Value
           select $"{watcher.Name} shows {shown} of {pair.Key}, which has {pair.Value}",
    ];

    /// <summary>Waits until every screen is right and returns how long that took by this clock.</summary>
    public async Task<TimeSpan> AllRightAsync(Stopwatch clock)
    {
        while (Wrong is { Length: > 0 } wrong)
        {
            if (clock.Elapsed > Deadline)
                throw new ShouldAssertException($"After {clock.Elapsed.TotalSeconds:0.0} s (seed {Seed}): {string.Join("; ", wrong)}");
            await Task.Delay(10); // polling
        }
        return clock.Elapsed;
    }

    /// <summary>One fault at a time: the last one is over when both nodes say so and every screen is right.</summary>
    public Task QuietAsync() => Eventually.ShouldBeTrueAsync(async () => Wrong.Length == 0 && await IsReadyAsync(0) && await IsReadyAsync(1));

    /// <summary>The status code and what the checks say.</summary>
    public async Task<string> ReadinessAsync(int node)
    {
        using var client = new HttpClient { Timeout = Deadline };
        using var answer = await client.GetAsync($"{Hubs[node].Address}/health/ready");
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    public async Task<bool> IsReadyAsync(int node) => (await ReadinessAsync(node)).StartsWith("200", StringComparison.Ordinal);

    public void Report(string fault, TimeSpan recovered) =>
        _report.Add(
            $"| {fault} | {recovered.TotalSeconds:0.0} s{(recovered > Healed ? $", longer than the promised {Healed.TotalSeconds:0} s" : "")} |");

    public async Task DisposeAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts"));
        await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "fault-recovery.md"),
            _report.Prepend("| --- | --- |").Prepend("| after this fault | the current figure was back in |"));
        await Storm.DisposeAsync();
        await _redis.DisposeAsync();
        foreach (var watcher in Watchers) await watcher.DisposeAsync();
        if (_system is not null) await _system.DisposeAsync();
        foreach (var proxy in Fronts.Append(RedisPath).Append(RabbitMqPath)) await proxy.DisposeAsync();
        foreach (var server in new ServerProcess[] { Redis, RabbitMq, Postgres }) await server.DisposeAsync();
    }

    private static TokenIssuer Tokens(IReadOnlyDictionary<string, string> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(pair => pair.Key.Replace("__", ":"), pair => (string?)pair.Value)).Build();
        var environment = new HostingEnvironment { EnvironmentName = "Production" };
        return new TokenIssuer(
            TokenSettings.Read(configuration, environment, PlatformSettings.Read(configuration, Path.GetTempPath(), false)), TimeProvider.System);
    }
}

/// <summary>What measures times has the machine to itself.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TimedTests : ICollectionFixture<FaultySystem>
{
    public const string Name = "timed";
}
