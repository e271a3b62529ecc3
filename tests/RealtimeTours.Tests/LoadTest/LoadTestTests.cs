using System.Globalization;
using RealtimeTours.Tests.Journeys;

namespace RealtimeTours.Tests.LoadTest;

/// <summary>The load test against a real system of two nodes.</summary>
public sealed class LoadTestTests : IAsyncLifetime
{
    private RunningSystem _system = null!;

    public async Task InitializeAsync() => _system = await RunningSystem.StartDistributedAsync(await ServerSettings.OnSharedServersAsync());

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task A_real_hub_loses_nothing_in_any_scenario_and_the_report_says_what_happened()
    {
        var fanout = await RunAsync("fanout", connections: 100, "--rate", "20", "--duration", "3");
        fanout["published"].ShouldBe(60);
        fanout["deliveries"].ShouldBeInRange(100, 60 * 100);
        fanout["conflatedShare"].ShouldBe(1 - fanout["deliveries"] / 6_000, 0.0001);
        fanout["reconnects"].ShouldBe(0);
        var latency = fanout.Report.GetProperty("latencyMs");
        latency.GetProperty("p50").GetDouble().ShouldBeGreaterThan(0);
        latency.GetProperty("max").GetDouble().ShouldBeGreaterThanOrEqualTo(latency.GetProperty("p99").GetDouble());
        fanout["hubCpuSeconds"].ShouldBeGreaterThan(0);
        fanout["ownCpuSeconds"].ShouldBeGreaterThan(0);

        var burst = await RunAsync("burst", connections: 100, "--burst", "1000");
        burst["published"].ShouldBe(1_000);
        burst["deliveries"].ShouldBeLessThan(1_000 * 100 / 2, "a hub of ours skips what nobody can see");
        burst["allHaveTheLastStateMs"].ShouldBeGreaterThan(0);

        var avalanche = await RunAsync("avalanche", connections: 60, "--tours", "20", "--duration", "3");
        avalanche["reconnects"].ShouldBe(60);
        avalanche["avalancheSeconds"].ShouldBeInRange(0, 60);

        var listPage = await RunAsync("list-page", connections: 50, "--duration", "1");
        listPage["watchPerConnection"].ShouldBe(200);
        listPage["deliveries"].ShouldBeGreaterThan(50);

        var slow = await RunAsync("slow", connections: 100, "--duration", "1");
        slow["deliveries"].ShouldBeGreaterThan(100);
    }

    private async Task<LoadTestProcess> RunAsync(string scenario, int connections, params string[] more)
    {
        string[] hubs = [.. _system.Hosts.Where(host => _system.Hubs.Contains(host.Hub))
            .SelectMany(host => (string[])["--url", host.Hub, "--hub-pid", $"{host.ProcessId}"])];
        var run = await LoadTestProcess.RunAsync(
        [
            .. hubs, "--scenario", scenario, "--connections", connections.ToString(CultureInfo.InvariantCulture),
            "--publish", _system.Servers!.RabbitMq, "--exchange", _system.Servers.Exchange, .. more,
        ]);
        run.ExitCode.ShouldBe(0, run.Output);
        run["connected"].ShouldBe(connections);
        foreach (var bad in new[] { "lost", "regressed", "falsified", "notConnected" }) run[bad].ShouldBe(0, run.Output);
        return run;
    }
}
