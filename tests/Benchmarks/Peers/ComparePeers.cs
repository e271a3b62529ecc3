using RealtimeTours.LoadTest;
using RealtimeTours.LoadTest.Report;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Benchmarks.Peers;

/// <summary>
/// The hub beside Socket.IO, stock SignalR and bare sockets, in one run on one machine: the same events through the same RabbitMQ, the same load
/// generator, in rounds whose order changes. What counts is the ratio; seconds belong to the machine.
/// </summary>
internal sealed class ComparePeers(int connections, double seconds, int rounds, bool highestRate)
{
    private readonly TimeSpan _duration = TimeSpan.FromSeconds(seconds);
    private readonly Dictionary<(string Peer, PeerScenario Scenario), List<LoadTestReport>> _reports = [];
    private readonly Dictionary<string, int> _highestRates = [];
    private readonly string _rabbitMq = SharedServers.RabbitMq.GetAwaiter().GetResult().Url;

    public async Task RunAsync()
    {
        var peers = await Peer.CreateAllAsync();
        var scenarios = PeerScenario.All(connections, _duration);
        var idle = PeerScenario.Idle(connections);
        try
        {
            foreach (var peer in peers)
            {
                await peer.Nodes[0].StartAsync();
                await WarmUpAsync(peer, PeerScenario.OneTour(Math.Min(50, connections), TimeSpan.FromSeconds(3), rate: 100));
                // What is compiled and allocated once must not be counted as the price of a connection.
                await MeasureAsync(peer, idle);
                await WarmUpAsync(peer, scenarios.First(scenario => scenario.Kind == Scenario.ManyTours) with { Duration = TimeSpan.FromSeconds(4) });
            }
            // The second nodes come last: while they run, the peers' nodes share the events.
            await MeasureInRoundsAsync(peers, scenarios.Where(scenario => scenario.Nodes == 1));
            if (highestRate) foreach (var peer in peers) await FindHighestRateAsync(peer);
            foreach (var peer in peers) await peer.Nodes[1].StartAsync();
            await MeasureInRoundsAsync(peers, scenarios.Where(scenario => scenario.Nodes == 2));
        }
        finally
        {
            foreach (var node in peers.SelectMany(peer => peer.Nodes)) await node.DisposeAsync();
        }
        Console.Write(PeerTable.Of([.. peers.Select(peer => peer.Name)], Rows([.. scenarios, idle])));
        Console.WriteLine();
        Console.WriteLine(
            $"Medians of {rounds} rounds of {seconds} s, {Environment.ProcessorCount} cores, events through RabbitMQ, Redis behind (not behind " +
            $"bare sockets).");
    }

    private async Task MeasureInRoundsAsync(Peer[] peers, IEnumerable<PeerScenario> scenarios)
    {
        for (var round = 0; round < rounds; round++)
            foreach (var scenario in scenarios)
                for (var turn = 0; turn < peers.Length; turn++) await MeasureAsync(peers[(round + turn) % peers.Length], scenario);
    }

    /// <summary>Doubles the rate on one tour until 99 of 100 deliveries no longer come within a quarter of a second.</summary>
    private async Task FindHighestRateAsync(Peer peer)
    {
        for (var rate = 10; rate <= 5_120; rate *= 2)
        {
            var report = await RunAsync(peer, PeerScenario.OneTour(connections, TimeSpan.FromSeconds(3), rate));
            if (!report.Passed || report.LatencyMs.P99 >= 250) return;
            _highestRates[peer.Name] = rate;
        }
    }

    private Task WarmUpAsync(Peer peer, PeerScenario scenario) => RunAsync(peer, scenario);

    private async Task MeasureAsync(Peer peer, PeerScenario scenario)
    {
        if (!_reports.TryGetValue((peer.Name, scenario), out var all)) _reports[(peer.Name, scenario)] = all = [];
        all.Add(await RunAsync(peer, scenario));
    }

    private async Task<LoadTestReport> RunAsync(Peer peer, PeerScenario scenario)
    {
        var nodes = peer.Nodes.Take(scenario.Nodes).ToArray();
        int[] pids = [.. nodes.Select(node => node.ProcessId)];
        var report = await LoadTestRun.RunAsync(new LoadTestOptions
        {
            Urls = [.. nodes.Select(node => new Uri($"http://127.0.0.1:{node.Port}"))], Protocol = peer.Protocol, Scenario = scenario.Kind,
            Connections = scenario.Connections, WatchPerConnection = scenario.WatchPerConnection,
            Tours = TourNames.Numbered($"p{Random.Shared.Next(0x100000):x5}-", scenario.Tours), Rate = scenario.Rate, Duration = scenario.Duration,
            Burst = PeerScenario.Burst, Publish = scenario.Kind == Scenario.Idle ? null : new Uri(_rabbitMq), Exchange = peer.Exchange,
            HubPids = pids, Settle = TimeSpan.FromSeconds(60), Threads = 1,
        }, silent: true);
        await Console.Error.WriteLineAsync(
            $"{peer.Name,-14} {scenario.Name}: {report.Deliveries:N0} deliveries, {report.HubCpuSeconds:F2} s CPU (load generator " +
            $"{report.OwnCpuSeconds:F2}), " +
            $"p99 {report.LatencyMs.P99:F0} ms, all settled after {report.AllHaveTheLastStateMs:F0} " +
            $"ms{(report.Passed ? "" : " FAILED " + string.Join(' ', report.Examples))}");
        return report;
    }

    private IReadOnlyList<PeerRow> Rows(IReadOnlyList<PeerScenario> scenarios) =>
    [
        .. scenarios.SelectMany(RowsOf),
        .. highestRate
            ? [new PeerRow($"one tour, {connections:N0} watchers: highest rate with p99 under 250 ms, events/s (doubled until it is too much)",
                HighestRate)] : Array.Empty<PeerRow>(),
        new("last states lost, versions gone back", name => _reports.Where(pair => pair.Key.Peer == name).SelectMany(pair => pair.Value)
            .Sum(report => report.Lost + report.Regressed), IsRatio: false),
    ];

    private IEnumerable<PeerRow> RowsOf(PeerScenario scenario) => scenario.Kind switch
    {
        Scenario.Idle => [Row(scenario, "KB of resident memory", report => report.HubKbPerConnection)],
        Scenario.Burst =>
        [
            Row(scenario, "ms until all have the last state", report => report.AllHaveTheLastStateMs),
            Row(scenario, "server CPU s", report => report.HubCpuSeconds),
            Row(scenario, "MB of resident memory more", report => (report.HubResidentKb - report.HubResidentKbBefore) / 1024.0),
        ],
        _ when scenario.Connections <= 100 => Latencies(scenario),
        _ => [Row(scenario, "server CPU s per million deliveries", report => report.HubCpuSecondsPerMillionDeliveries), .. Latencies(scenario)],
    };

    private PeerRow[] Latencies(PeerScenario scenario) =>
        [Row(scenario, "p50 ms", report => report.LatencyMs.P50), Row(scenario, "p99 ms", report => report.LatencyMs.P99)];

    private double? HighestRate(string peer) => _highestRates.TryGetValue(peer, out var rate) ? rate : null;

    private PeerRow Row(PeerScenario scenario, string unit, Func<LoadTestReport, double?> figure) =>
        new($"{scenario.Name}: {unit}", peer => Median(_reports[(peer, scenario)].Select(figure)));

    /// <returns>Null where half of the rounds have no figure.</returns>
    private static double? Median(IEnumerable<double?> values)
    {
        var sorted = values.Select(value => value ?? double.PositiveInfinity).Order().ToArray();
        var median = sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
        return double.IsInfinity(median) ? null : median;
    }
}
