using System.Diagnostics;
using Xunit.Abstractions;

namespace RealtimeTours.Tests.Journeys;

/// <summary>Each part is taken away while fifty events a second go on. What a watcher may rely on (CONTRACT §4) holds all the same.</summary>
[Collection(TimedTests.Name)]
public sealed class HubFaultTests(FaultySystem system, ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    public async Task InitializeAsync()
    {
        await system.QuietAsync();
        system.Storm.Start();
    }

    public Task DisposeAsync() => system.Storm.StopAsync();

    [Fact]
    public Task Redis_killed_and_restarted() => AfterAsync("Redis killed for 2 s and restarted", async () =>
    {
        await system.Redis.KillAsync();
        await ServesWithoutAsync("backplane");
    }, Short, system.Redis.StartAsync);

    [Fact]
    public Task Redis_killed_and_restarted_empty() => AfterAsync(
        "Redis killed for 2 s and restarted empty", system.Redis.KillAsync, Short, system.Redis.StartEmptyAsync);

    [Fact]
    public Task Redis_stalled_for_one_node_and_then_cut() => AfterAsync("one node's way to Redis stalled for 5 s, then cut", () =>
    {
        system.RedisPath.Stall();
        return ServesWithoutAsync("backplane", node: 0);
    }, TimeSpan.FromSeconds(5), () =>
    {
        system.RedisPath.Cut();
        system.RedisPath.Resume();
        return Task.CompletedTask;
    });

    [Fact]
    public Task Redis_stalled_for_one_node_and_then_moving_on() => AfterAsync("one node's way to Redis stalled for 5 s, nothing cut", () =>
    {
        system.RedisPath.Stall();
        return ServesWithoutAsync("backplane", node: 0);
    }, TimeSpan.FromSeconds(5), () =>
    {
        system.RedisPath.Resume();
        return Task.CompletedTask;
    });

    [Fact]
    public Task RabbitMq_killed_and_restarted() => AfterAsync("RabbitMQ killed and restarted", async () =>
    {
        await system.RabbitMq.QueuesAreOnDiskAsync($"{system.Prefix}.realtime-hub", $"{system.Prefix}.realtime-hub.dlq");
        await system.RabbitMq.KillAsync();
    }, TimeSpan.FromSeconds(1), system.RabbitMq.StartAsync);

    [Fact]
    public Task RabbitMq_of_one_node_stalled() => AfterAsync("one node's way to RabbitMQ stalled for 6 s", () =>
    {
        system.RabbitMqPath.Stall();
        return Task.CompletedTask;
    }, TimeSpan.FromSeconds(6), () =>
    {
        system.RabbitMqPath.Resume();
        return Task.CompletedTask;
    });

    [Fact]
    public async Task A_hub_node_killed()
    {
        var before = system.Watchers.Sum(watcher => watcher.Reconnects);
        await AfterAsync("a hub node killed with kill -9", system.Hubs[0].KillAsync, TimeSpan.FromSeconds(1), () => Task.CompletedTask);
        (system.Watchers.Sum(watcher => watcher.Reconnects) - before).ShouldBeGreaterThanOrEqualTo(4, "its visitors went to the other node");
        await system.Hubs[0].StartAsync();
        await Eventually.ShouldBeTrueAsync(() => system.IsReadyAsync(0));
        system.Fronts[0].Cut(); // home again
        await Eventually.ShouldBeTrueAsync(() => system.Watchers.Sum(watcher => watcher.Reconnects) - before >= 8);
    }

    [Fact]
    public Task A_browser_without_its_socket_for_two_seconds() => AfterAsync("browsers lost their sockets for 2 s", () =>
    {
        system.Fronts[1].Refuses = true;
        system.Fronts[1].Cut();
        return Task.CompletedTask;
    }, TimeSpan.FromSeconds(2), () =>
    {
        system.Fronts[1].Refuses = false;
        return Task.CompletedTask;
    });

    [Fact]
    public Task PostgreSQL_away() => AfterAsync("PostgreSQL killed for 2 s and restarted", async () =>
    {
        await system.Postgres.KillAsync();
        await ServesWithoutAsync("database");
    }, Short, system.Postgres.StartAsync);

    /// <summary>
    /// Takes a part away under load, gives it back, and measures how long until every screen shows the last figure published meanwhile.
    /// </summary>
    private async Task AfterAsync(string fault, Func<Task> begin, TimeSpan lasting, Func<Task> end)
    {
        var updates = system.Watchers.Sum(watcher => watcher.Updates);
        var stopped = Task.CompletedTask;
        try
        {
            await begin();
            await Task.Delay(lasting); // how long the fault lasts
            stopped = system.Storm.StopAsync();
        }
        finally
        {
            await end(); // also where it failed: the next fault shall find everything in order
        }
        var clock = Stopwatch.StartNew();
        await stopped;
        var recovered = await system.AllRightAsync(clock);
        await Eventually.ShouldBeTrueAsync(async () => (await system.WrongOnBoardAsync()).Length == 0, FaultySystem.Deadline);
        var board = clock.Elapsed;
        await system.Storm.ChangeAsync();
        var next = await system.AllRightAsync(Stopwatch.StartNew());

        system.Report(fault, recovered);
        output.WriteLine(
            $"{fault}: right again after {recovered.TotalSeconds:0.00} s, the board after {board.TotalSeconds:0.00} s (promised: " +
            $"{FaultySystem.Healed.TotalSeconds:0} s), "
            + $"the next change after {next.TotalMilliseconds:0} ms (promised: {FaultySystem.Soon.TotalMilliseconds:0} ms; seed {system.Seed}, " +
                $"{system.Storm.Published} events, {system.Watchers.Sum(watcher => watcher.Updates) - updates} updates meanwhile)");
        system.Watchers.SelectMany(watcher => watcher.Breaches).ShouldBeEmpty($"seed {system.Seed}");
    }

    /// <summary>While the part is away: the fast path delivers, and readiness names what is wrong.</summary>
    private async Task ServesWithoutAsync(string check, int? node = null)
    {
        for (var i = node ?? 0; i <= (node ?? 1); i++)
        {
            await Eventually.ShouldBeTrueAsync(async () =>
                await system.ReadinessAsync(i) is var readiness && readiness.StartsWith("503", StringComparison.Ordinal)
                    && readiness.Contains(check, StringComparison.Ordinal));
        }
        await system.Storm.StopAsync();
        await system.AllRightAsync(Stopwatch.StartNew());
        system.Storm.Start();
    }
}
