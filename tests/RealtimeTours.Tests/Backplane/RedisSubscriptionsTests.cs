using Microsoft.AspNetCore.SignalR;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Tests.Servers;
using StackExchange.Redis;

namespace RealtimeTours.Tests.Backplane;

/// <summary>Redis is asked what it is really subscribed to, so that neither a leak nor a lost subscription hides.</summary>
public sealed class RedisSubscriptionsTests : IAsyncLifetime
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}";
    private RedisNodes _redis = null!;
    private RedisConnection _spy = null!;

    public async Task InitializeAsync()
    {
        var redis = await SharedServers.Redis;
        _redis = new RedisNodes(redis.Url, _prefix);
        _spy = redis.Connect();
    }

    public async Task DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _spy.DisposeAsync();
    }

    [Fact]
    public async Task Groups_and_users_share_one_subscription_per_node_and_the_last_to_leave_ends_it()
    {
        var node = _redis.Add();
        var nodes = new Nodes(node, _redis.Add());
        var first = await nodes.ConnectAsync(0, user: "anna", group: "g");
        var second = await nodes.ConnectAsync(0, user: "anna", group: "g");

        node.SubscriptionCount.ShouldBe(2);
        (await ChannelsAsync("group:g")).ShouldBe(1);

        await nodes.DisconnectAsync(first);
        node.SubscriptionCount.ShouldBe(2);
        (await ChannelsAsync("group:g")).ShouldBe(1);

        await nodes.DisconnectAsync(second);
        await Eventually.ShouldBeTrueAsync(async () => node.SubscriptionCount == 0 && await ChannelsAsync("group:") == 0 && await ChannelsAsync("user:") == 0);
    }

    [Fact]
    public async Task Connections_alone_cost_Redis_nothing()
    {
        var nodes = new Nodes(_redis.Add());
        await nodes.ConnectAsync(0);
        var before = await ChannelsAsync("");

        for (var i = 0; i < 50; i++) await nodes.ConnectAsync(0);

        (await ChannelsAsync("")).ShouldBe(before);
    }

    [Fact]
    public async Task Joining_and_leaving_at_the_same_time_ends_in_the_state_of_the_last_call()
    {
        var node = _redis.Add();
        var nodes = new Nodes(node, _redis.Add());
        var connections = new List<TestConnection>();
        for (var i = 0; i < 4; i++) connections.Add(await nodes.ConnectAsync(0)); // few, so that a group is often empty
        var seed = Random.Shared.Next();
        var members = new List<(TestConnection Connection, string Group)>();

        await Task.WhenAll(connections.Select((connection, number) => Task.Run(async () =>
        {
            var random = new Random(seed + number);
            var inside = new HashSet<string>();
            for (var step = 0; step < 1_000; step++)
            {
                var group = $"g{random.Next(3)}";
                var asking = nodes[random.Next(20) == 0 ? 1 : 0];
                if (inside.Add(group)) await asking.AddToGroupAsync(connection.Id, group);
                else if (inside.Remove(group)) await asking.RemoveFromGroupAsync(connection.Id, group);
            }
            lock (members) members.AddRange(inside.Select(group => (connection, group)));
        })));

        for (var g = 0; g < 3; g++) await nodes[1].SendGroupAsync($"g{g}", "In", [$"g{g}"]);
        await nodes.SettleAsync();
        foreach (var connection in connections)
        {
            var expected = members.Where(m => m.Connection == connection).Select(m => $"In:{m.Group}").Order();
            connection.Texts.ShouldBe(expected, ignoreOrder: false, customMessage: $"seed {seed}");
        }

        foreach (var connection in connections) await nodes.DisconnectAsync(connection);
        await Eventually.ShouldBeTrueAsync(async () => node.SubscriptionCount == 0 && await ChannelsAsync("group:") == 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_group_is_not_joined_before_Redis_delivers_it(int asking)
    {
        await using var proxy = new SlowSubscribeProxy((await SharedServers.Redis).Port);
        await using var slow = new RedisNodes(proxy.Url, _prefix);
        var nodes = new Nodes(slow.Add(), _redis.Add());
        var connection = await nodes.ConnectAsync(0);
        proxy.Hold = TimeSpan.FromMilliseconds(300);

        await nodes[asking].AddToGroupAsync(connection.Id, "g");
        await nodes[1].SendGroupAsync("g", "Hello", ["x"]);
        await nodes.SettleAsync();

        connection.Texts.ShouldBe(["Hello:x"]);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2.2)] // longer than a connection to Redis is waited for: the first attempt is given up, the second one works
    public async Task A_node_hears_the_others_from_its_first_connection_on_however_slowly_it_got_its_own(double seconds)
    {
        await using var proxy = new SlowSubscribeProxy((await SharedServers.Redis).Port) { Hold = TimeSpan.FromSeconds(seconds) };
        await using var slow = new RedisNodes(proxy.Url, _prefix);
        var nodes = new Nodes(slow.Add(), _redis.Add());
        using var fastAgain = new Timer(_ => proxy.Hold = TimeSpan.Zero, null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        var connection = await nodes.ConnectAsync(0);

        await nodes[1].SendAllAsync("Hello", ["x"]);
        await nodes.SettleAsync();

        connection.Texts.ShouldBe(["Hello:x"]);
    }

    [Fact]
    public async Task Leaving_and_joining_while_Redis_is_slow_neither_doubles_nor_loses_the_subscription()
    {
        await using var proxy = new SlowSubscribeProxy((await SharedServers.Redis).Port);
        await using var slow = new RedisNodes(proxy.Url, _prefix);
        var node = slow.Add();
        var nodes = new Nodes(node, _redis.Add());
        var connection = await nodes.ConnectAsync(0);
        proxy.Hold = TimeSpan.FromMilliseconds(50);

        var joins = new List<Task>();
        for (var i = 0; i < 5; i++)
        {
            joins.Add(node.AddToGroupAsync(connection.Id, "g"));
            if (i < 4) await node.RemoveFromGroupAsync(connection.Id, "g");
        }
        await Task.WhenAll(joins);
        await nodes[1].SendGroupAsync("g", "Hello", ["once"]);
        await nodes.SettleAsync();
        connection.Texts.ShouldBe(["Hello:once"]);

        await nodes.DisconnectAsync(connection);
        await Eventually.ShouldBeTrueAsync(async () => node.SubscriptionCount == 0 && await ChannelsAsync("group:") == 0);
    }

    [Fact]
    public async Task A_node_that_is_disposed_leaves_no_subscription_behind()
    {
        var node = _redis.Add();
        var nodes = new Nodes(node);
        await nodes.ConnectAsync(0, user: "anna", group: "g");
        (await ChannelsAsync("")).ShouldBe(4);

        node.Dispose();

        await Eventually.ShouldBeTrueAsync(async () => await ChannelsAsync("") == 0);
    }

    private async Task<int> ChannelsAsync(string kind)
    {
        var multiplexer = await _spy.MultiplexerAsync();
        var server = multiplexer.GetServer(multiplexer.GetEndPoints()[0]);
        var pattern = $"{_prefix}:hub:{typeof(Hub).FullName}:{kind}*";
        return (await server.SubscriptionChannelsAsync(new RedisChannel(pattern, RedisChannel.PatternMode.Literal))).Length;
    }
}
