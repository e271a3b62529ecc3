using FsCheck;
using FsCheck.Fluent;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.Tests.RealtimeHub.Admission;
using RealtimeTours.Tests.Servers;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.RealtimeHub.Watching;

/// <summary>Whatever happens in whatever order on several nodes: what a watcher may rely on holds, and everybody ends at the newest state.</summary>
public abstract class AnyInterleavingSpecs(ITestOutputHelper output)
{
    private const int Nodes = 3;

    private protected abstract IAvailabilityBoard BoardOf(int node);

    private protected abstract int Count { get; }

    [Fact]
    public async Task Any_interleaving_on_any_nodes_keeps_what_a_watcher_may_rely_on()
    {
        // TEST_SEED repeats a run that printed it.
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("TEST_SEED"), out var given) ? given : (ulong)Random.Shared.NextInt64();
        output.WriteLine($"seed {seed}");
        var starting = Enumerable.Range(0, Nodes).Select(node => HubNode.StartAsync(
            HubNode.Embedded(), BoardOf(node), ("RealtimeHub:FlushInterval", "00:00:00.005"), ("RealtimeHub:BoardPollInterval", "00:00:00.100"),
            ("RealtimeHub:MaxMessagesPerSecond", "100000"), ("RealtimeHub:MessageBurst", "100000"), ("RealtimeHub:MaxConnectionsPerAddress", "0")));
        var nodes = await Task.WhenAll(starting);
        try
        {
            var sequences = Gen.Choose(0, 99_999).ListOf().Resize(100).Sample(100, new Rnd(seed), Count).Where(steps => steps.Count > 0);
            // A few at a time: each looks at three nodes all the time while it waits, and that must not be what slows the nodes down.
            foreach (var batch in sequences.Select((steps, number) => (Steps: steps, Case: new Interleaving(nodes, BoardOf(0), number))).Chunk(4))
                await Task.WhenAll(batch.Select(each => CheckAsync(each.Case, [.. each.Steps], seed)));
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    private static async Task CheckAsync(Interleaving interleaving, int[] steps, ulong seed)
    {
        await using (interleaving)
        {
            await interleaving.RunAsync(steps);
            string[] wrong = [];
            try
            {
                await Eventually.ShouldBeTrueAsync(async () => (wrong = await interleaving.WrongAsync()).Length == 0);
            }
            catch (ShouldAssertException)
            {
                throw new ShouldAssertException($"seed {seed}: {string.Join("; ", wrong)}\n{interleaving.Story}");
            }
            interleaving.Breaches.ShouldBeEmpty($"seed {seed}, {interleaving.Story}");
        }
    }
}

[Collection(nameof(Alone))]
public sealed class AnyInterleavingInMemoryTests(ITestOutputHelper output) : AnyInterleavingSpecs(output)
{
    private readonly MemoryAvailabilityBoard _board = new();

    private protected override int Count => 24;

    private protected override IAvailabilityBoard BoardOf(int node) => _board;
}

[Collection(nameof(Alone))]
public sealed class AnyInterleavingOnRedisTests(ITestOutputHelper output) : AnyInterleavingSpecs(output), IAsyncLifetime
{
    private readonly RedisKeys _keys = new($"{{{Guid.NewGuid():N}}}");
    private RedisConnection _redis = null!;

    private protected override int Count => 8;

    public async Task InitializeAsync() => _redis = (await SharedServers.Redis).Connect();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    private protected override IAvailabilityBoard BoardOf(int node) => new RedisAvailabilityBoard(_redis, _keys);
}
