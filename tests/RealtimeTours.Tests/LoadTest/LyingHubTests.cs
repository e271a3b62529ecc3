using System.Text.Json;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.LoadTest;

/// <summary>A load test that lets a liar pass proves nothing about anybody.</summary>
public class LyingHubTests
{
    private const int Events = 20;

    [Fact]
    public async Task An_honest_hub_passes()
    {
        var run = await RunAgainstAsync((_, version, spots) => [(version, spots)]);
        run.ExitCode.ShouldBe(0, run.Output);
        run["deliveries"].ShouldBe(Events * 5);
    }

    [Fact]
    public async Task A_hub_that_drops_the_last_state_is_found()
    {
        var run = await RunAgainstAsync((number, version, spots) => number == Events - 1 ? [] : [(version, spots)], settle: "1.5");
        run.ExitCode.ShouldBe(1, run.Output);
        run["lost"].ShouldBe(5);
        run["regressed"].ShouldBe(0);
    }

    [Fact]
    public async Task A_hub_that_sends_an_older_version_is_found()
    {
        var run = await RunAgainstAsync(
            (number, version, spots) => number == 10 ? [(version, spots), (version - 97, spots), (version, spots)] : [(version, spots)]);
        run.ExitCode.ShouldBe(1, run.Output);
        run["regressed"].ShouldBe(5);
        run["lost"].ShouldBe(0);
    }

    [Fact]
    public async Task A_hub_that_sends_a_figure_nobody_published_is_found()
    {
        var run = await RunAgainstAsync((number, version, spots) => [(version, number == 10 ? spots + 1 : spots)]);
        run.ExitCode.ShouldBe(1, run.Output);
        run["falsified"].ShouldBe(5);
    }

    [Fact]
    public async Task Without_a_broker_to_publish_to_it_listens()
    {
        await using var hub = await LyingHub.StartAsync((await SharedServers.RabbitMq).Url, (_, version, spots) => [(version, spots)]);
        var run = await LoadTestProcess.RunAsync("--url", hub.Url, "--connections", "5", "--duration", "0.5", "--listen-only", "--tour-ids", "a,b");
        run.ExitCode.ShouldBe(0, run.Output);
        run["connected"].ShouldBe(5);
        run.Report.GetProperty("published").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <param name="settle">Seconds; waited for only where something is missing.</param>
    private static async Task<LoadTestProcess> RunAgainstAsync(Func<int, long, int, IEnumerable<(long Version, int Spots)>> lie, string settle = "60")
    {
        var rabbitMq = (await SharedServers.RabbitMq).Url;
        await using var hub = await LyingHub.StartAsync(rabbitMq, lie);
        return await LoadTestProcess.RunAsync("--url", hub.Url, "--connections", "5", "--scenario", "burst", "--burst", $"{Events}",
            "--publish", rabbitMq, "--exchange", hub.Exchange, "--settle", settle);
    }
}
