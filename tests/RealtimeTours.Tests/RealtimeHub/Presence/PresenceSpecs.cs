using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Presence;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub.Presence;

public abstract class PresenceSpecs
{
    private protected abstract Task<IPresence> CreateAsync();

    [Fact]
    public async Task Connections_are_counted_per_tour()
    {
        var presence = await CreateAsync();
        presence.Joined("a");
        presence.Joined("a");
        presence.Joined("b");
        presence.Left("b");
        await presence.ExchangeAsync(default);
        (presence.Viewers("a"), presence.Viewers("b"), presence.Viewers("never")).ShouldBe((2, 0, 0));
        presence.TakeChanged().Order().ShouldBe(["a", "b"]);
        presence.TakeChanged().ShouldBeEmpty();
        await presence.LeaveAsync();
    }
}

public sealed class MemoryPresenceTests : PresenceSpecs
{
    private protected override Task<IPresence> CreateAsync() => Task.FromResult<IPresence>(new MemoryPresence());
}

public sealed class RedisPresenceTests : PresenceSpecs, IAsyncLifetime
{
    private readonly RedisKeys _keys = new($"{{{Guid.NewGuid():N}}}");
    private RedisConnection _redis = null!;

    public async Task InitializeAsync() => _redis = (await SharedServers.Redis).Connect();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    private protected override Task<IPresence> CreateAsync() => Task.FromResult<IPresence>(Node(TimeProvider.System));

    [Fact]
    public async Task Nodes_see_the_sum_and_a_leaving_node_is_gone_at_once()
    {
        var (here, there) = (Node(TimeProvider.System), Node(TimeProvider.System));
        here.Joined("Tour_A");
        there.Joined("Tour_A");
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await Task.WhenAll(here.ExchangeAsync(default), there.ExchangeAsync(default));
            there.Joined("Tour_A");
            there.Left("Tour_A"); // something to say in each round
            return (here.Viewers("Tour_A"), there.Viewers("Tour_A")) == (2, 2);
        });
        here.TakeChanged();
        await there.LeaveAsync();
        await Eventually.ShouldBeTrueAsync(() => here.Viewers("Tour_A") == 1);
        here.TakeChanged().ShouldContain("Tour_A");
    }

    [Fact]
    public async Task A_dead_node_lapses_and_a_forgotten_one_says_everything_again()
    {
        var time = new AlwaysDue();
        var (here, dead) = (Node(time), Node(time));
        here.Joined("t");
        dead.Joined("t");
        await dead.ExchangeAsync(default);
        await here.ExchangeAsync(default);
        here.Viewers("t").ShouldBe(2);
        // The lease is Redis's own clock: wait for it, giving signs of life of the living node alone.
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await here.ExchangeAsync(default);
            return here.Viewers("t") == 1;
        });

        await (await _redis.DatabaseAsync()).KeyDeleteAsync(_keys.PresenceNodes);
        await dead.ExchangeAsync(default); // it lives after all: its counts had lapsed, so it says all of them
        await here.ExchangeAsync(default);
        here.Viewers("t").ShouldBe(2);
    }

    private RedisPresence Node(TimeProvider time) => new(_redis, _keys, time, NullLogger<RedisPresence>.Instance);

    /// <summary>Each look at the clock finds ten seconds gone, so every exchange reads everything.</summary>
    private sealed class AlwaysDue : TimeProvider
    {
        private long _ticks;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimestampFrequency * 10);
    }
}
