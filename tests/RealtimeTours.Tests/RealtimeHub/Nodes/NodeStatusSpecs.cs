using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Nodes;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub.Nodes;

public abstract class NodeStatusSpecs
{
    private protected abstract Task<INodeStatus> CreateAsync();

    [Fact]
    public async Task Each_node_is_shown_with_its_last_figures_until_it_leaves()
    {
        var nodes = await CreateAsync();
        (await nodes.AllAsync(default)).ShouldBeEmpty();
        await nodes.ReportAsync(Status("b:3007", connections: 1), default);
        await nodes.ReportAsync(Status("a:3007", connections: 2), default);
        await nodes.ReportAsync(Status("b:3007", connections: 3), default);
        (await nodes.AllAsync(default)).ShouldBe([Status("a:3007", connections: 2), Status("b:3007", connections: 3)]);
        await nodes.LeaveAsync("a:3007");
        (await nodes.AllAsync(default)).ShouldBe([Status("b:3007", connections: 3)]);
    }

    private protected static NodeStatus Status(string node, int connections) => new(
        node, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, connections, 2, 3, 4.5, 6, 7, 8, 9, 0.25, null, BackplaneStates.Connected, 0.5, 10);
}

public sealed class MemoryNodeStatusTests : NodeStatusSpecs
{
    private protected override Task<INodeStatus> CreateAsync() => Task.FromResult<INodeStatus>(new MemoryNodeStatus(TimeProvider.System));
}

public sealed class RedisNodeStatusTests : NodeStatusSpecs, IAsyncLifetime
{
    private readonly RedisKeys _keys = new($"{{{Guid.NewGuid():N}}}");
    private RedisConnection _redis = null!;

    public async Task InitializeAsync() => _redis = (await SharedServers.Redis).Connect();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    private protected override Task<INodeStatus> CreateAsync() => Task.FromResult<INodeStatus>(new RedisNodeStatus(_redis, _keys));

    [Fact]
    public async Task A_node_that_was_killed_is_gone_after_ten_seconds()
    {
        var nodes = await CreateAsync();
        await nodes.ReportAsync(Status("killed:3007", 1), default);
        var redis = await _redis.DatabaseAsync();
        (await redis.KeyTimeToLiveAsync(_keys.NodeStatusOf + "killed:3007"))!.Value.ShouldBeInRange(TimeSpan.FromTicks(1), NodeStatus.Lifetime);
        await redis.KeyDeleteAsync(_keys.NodeStatusOf + "killed:3007"); // as time does
        (await nodes.AllAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Redis_away_is_said_as_a_time_out()
    {
        await using var away = new RedisConnection("redis://127.0.0.1:1");
        await Should.ThrowAsync<TimeoutException>(() => new RedisNodeStatus(away, _keys).AllAsync(default));
    }
}
