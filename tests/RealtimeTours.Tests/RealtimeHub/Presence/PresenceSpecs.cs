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
        presence.Joined(Somebody("a"));
        presence.Joined(Somebody("a"));
        presence.Joined(Somebody("b"));
        presence.Left(Somebody("b"));
        await presence.ExchangeAsync(default);
        (presence.Viewers("a"), presence.Viewers("b"), presence.Viewers("never")).ShouldBe((2, 0, 0));
        presence.TakeChanged().Order().ShouldBe(["a", "b"]);
        presence.TakeChanged().ShouldBeEmpty();
        await presence.LeaveAsync();
    }

    [Fact]
    public async Task A_user_counts_once_until_the_last_connection_leaves()
    {
        var presence = await CreateAsync();
        presence.Joined(Somebody("a"));
        presence.Joined(new Viewer("a", "anna"));
        presence.Joined(new Viewer("a", "anna"));
        presence.Joined(new Viewer("a", "bert"));
        presence.Joined(new Viewer("b", "anna"));
        (presence.Viewers("a"), presence.Viewers("b"), presence.Total).ShouldBe((3, 1, 4));
        presence.TakeChanged();
        presence.Left(new Viewer("a", "anna"));
        presence.TakeChanged().ShouldBeEmpty();
        presence.Viewers("a").ShouldBe(3);
        presence.Left(new Viewer("a", "anna"));
        presence.TakeChanged().ShouldBe(["a"]);
        (presence.Viewers("a"), presence.Total).ShouldBe((2, 3));
    }

    private protected static Viewer Somebody(string tourId) => new(tourId, "");
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
        here.Joined(Somebody("Tour_A"));
        there.Joined(Somebody("Tour_A"));
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            await Task.WhenAll(here.ExchangeAsync(default), there.ExchangeAsync(default));
            there.Joined(Somebody("Tour_A"));
            there.Left(Somebody("Tour_A")); // something to say in each round
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
        here.Joined(Somebody("t"));
        dead.Joined(Somebody("t"));
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

    [Fact]
    public async Task A_user_with_connections_on_several_nodes_counts_once()
    {
        // a tour's id may look like anything, also like the beginning of another one
        var (odd, anna) = ("1:a", new Viewer("1:a", "anna"));
        var time = new AlwaysDue();
        var (here, there, later) = (Node(time), Node(time), Node(time));
        here.Joined(anna);
        there.Joined(anna);
        there.Joined(anna);
        there.Joined(new Viewer("1:", "aanna"));
        foreach (var node in new[] { here, there, later, here }) await node.ExchangeAsync(default);
        foreach (var node in new[] { here, there, later }) (node.Viewers(odd), node.Viewers("1:")).ShouldBe((1, 1));

        there.Left(anna);
        there.Left(anna);
        await there.ExchangeAsync(default);
        await here.ExchangeAsync(default);
        here.Viewers(odd).ShouldBe(1, "the connection here");
        here.Left(anna);
        here.Viewers(odd).ShouldBe(0);
        await here.ExchangeAsync(default);
        await Eventually.ShouldBeTrueAsync(() => later.Viewers(odd) == 0); // by message: it asks nothing
        later.Viewers("1:").ShouldBe(1);
    }

    private RedisPresence Node(TimeProvider time) => new(_redis, _keys, time, NullLogger<RedisPresence>.Instance);

    /// <summary>Each look at the clock finds ten seconds gone, so every exchange reads everything.</summary>
    private sealed class AlwaysDue : TimeProvider
    {
        private long _ticks;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimestampFrequency * 10);
    }
}
