using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Tests.Servers;
using StackExchange.Redis;

namespace RealtimeTours.Tests.Backplane;

/// <summary>What only a manager over several nodes can do right or wrong.</summary>
public sealed class RedisBackplaneTests : IAsyncLifetime
{
    private readonly string _prefix = $"t{Guid.NewGuid():N}";
    private RedisNodes _redis = null!;

    public async Task InitializeAsync() => _redis = new RedisNodes((await SharedServers.Redis).Url, _prefix);

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Two_hubs_on_one_Redis_do_not_hear_each_other()
    {
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        var mine = await nodes.ConnectAsync(0, user: "anna", group: "g");
        var foreign = _redis.Add<OtherHub>();

        await foreign.SendAllAsync("Hello", ["all"]);
        await foreign.SendGroupAsync("g", "Hello", ["group"]);
        await foreign.SendUserAsync("anna", "Hello", ["user"]);
        await foreign.SendConnectionAsync(mine.Id, "Hello", ["connection"]);
        await nodes.SettleAsync();

        mine.Texts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_systems_on_one_Redis_do_not_hear_each_other()
    {
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        var mine = await nodes.ConnectAsync(0);
        await using var other = new RedisNodes((await SharedServers.Redis).Url, _prefix + "x");

        await other.Add().SendAllAsync("Hello", ["x"]);
        await nodes.SettleAsync();

        mine.Texts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_stalled_browser_delays_nobody(int sender)
    {
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        var stalled = await nodes.ConnectAsync(0, group: "g", reads: false);
        var others = new List<TestConnection>();
        for (var i = 0; i < 10; i++) others.Add(await nodes.ConnectAsync(0, group: "g"));

        // It never reads on: who waited for it would wait for ever.
        for (var i = 0; i < 200; i++) await nodes[sender].SendGroupAsync("g", "N", [$"{i}"]).WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.ShouldBeTrueAsync(() => others.All(c => c.Texts.Length == 200));

        stalled.Context.ConnectionAborted.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_browser_too_far_behind_is_closed_so_that_memory_stays_bounded()
    {
        var nodes = new Nodes(_redis.Add(o => o.MaxWaitingWrites = 50), _redis.Add());
        var stalled = await nodes.ConnectAsync(0, group: "g", reads: false);
        var reads = await nodes.ConnectAsync(0, group: "g");

        for (var i = 0; i < 200; i++) await nodes[1].SendGroupAsync("g", "N", [$"{i}"]);
        await nodes.SettleAsync(except: stalled);

        await Eventually.ShouldBeTrueAsync(() => stalled.Context.ConnectionAborted.IsCancellationRequested);
        reads.Texts.Length.ShouldBe(200);
    }

    [Fact]
    public async Task A_connection_whose_write_throws_does_not_stop_the_send()
    {
        var node = _redis.Add();
        var nodes = new Nodes(node, _redis.Add());
        var throwing = new ThrowingConnection(new DefaultConnectionContext(Guid.NewGuid().ToString("N")));
        await node.OnConnectedAsync(throwing);
        await node.AddToGroupAsync(throwing.ConnectionId, "g");
        var connection = await nodes.ConnectAsync(0, group: "g");

        await nodes[0].SendGroupAsync("g", "Hello", ["0"]);
        await nodes[1].SendGroupAsync("g", "Hello", ["1"]);
        await nodes[1].SendConnectionAsync(throwing.ConnectionId, "Hello", ["x"]);
        await nodes.SettleAsync();

        connection.Texts.Order().ShouldBe(["Hello:0", "Hello:1"]);
        throwing.Writes.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_message_is_encoded_once_per_protocol_however_many_receive_it()
    {
        var json = new CountingProtocol("json");
        var other = new CountingProtocol("other");
        var sender = _redis.Add(signalR: s => s.Services.AddProtocols(json, other));
        var nodes = new Nodes(sender, _redis.Add());
        for (var i = 0; i < 10; i++) await nodes.ConnectAsync(i % 2, group: "g");

        await sender.SendGroupAsync("g", "Hello", ["x"]);
        await sender.SendAllAsync("Hello", ["x"]);

        json.Encoded.ShouldBe(2);
        other.Encoded.ShouldBe(2);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_costs_the_time_limit_and_an_error_that_says_so()
    {
        var nodes = new Nodes(_redis.Add(o => o.AckTimeout = TimeSpan.FromMilliseconds(300)));
        await nodes.ConnectAsync(0);
        await using var mute = (await SharedServers.Redis).Connect();
        await (await mute.SubscriberAsync()).SubscribeAsync(new RedisChannel(Everyone, RedisChannel.PatternMode.Literal), (_, _) => { });

        await Should.ThrowAsync<TimeoutException>(() => nodes[0].AddToGroupAsync("nobody", "g"));
        await Should.ThrowAsync<TimeoutException>(() => nodes[0].InvokeConnectionAsync<int>("nobody", "Ask", ["x"], default));
    }

    [Fact]
    public async Task A_call_ends_when_the_node_of_its_client_dies()
    {
        var nodes = new Nodes(_redis.Add(o => o.OwnerCheckInterval = TimeSpan.FromMilliseconds(100)));
        var dying = new RedisNodes((await SharedServers.Redis).Url, _prefix);
        var connection = await new Nodes(dying.Add()).ConnectAsync(0);

        var result = nodes[0].InvokeConnectionAsync<int>(connection.Id, "Ask", ["x"], default);
        await connection.InvocationIdAsync("Ask");
        await dying.DisposeAsync();

        await Should.ThrowAsync<IOException>(() => result.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task Bytes_that_are_no_message_harm_nothing()
    {
        var nodes = new Nodes(_redis.Add(), _redis.Add());
        var connection = await nodes.ConnectAsync(0);
        await nodes.ConnectAsync(1);
        await using var stranger = (await SharedServers.Redis).Connect();
        var publisher = await stranger.SubscriberAsync();

        byte[][] rubbish = [[], [0], [1], [99, 1, 2], [.. Enumerable.Repeat((byte)0xff, 300)], [1, 1, .. new byte[16], 64, 255, 255, 255, 255, 7]];
        foreach (var bytes in rubbish) (await publisher.PublishAsync(RedisChannel.Literal(Everyone), bytes)).ShouldBe(2);
        await nodes[1].SendAllAsync("Hello", ["x"]);
        await nodes.SettleAsync();

        connection.Texts.ShouldBe(["Hello:x"]);
    }

    private string Everyone => $"{_prefix}:hub:{typeof(Hub).FullName}:all";

    private sealed class OtherHub : Hub;

    private sealed class ThrowingConnection(ConnectionContext transport)
        : HubConnectionContext(transport, new HubConnectionContextOptions { KeepAliveInterval = TimeSpan.FromMinutes(5) }, NullLoggerFactory.Instance)
    {
        public int Writes { get; private set; }

        public override ValueTask WriteAsync(SerializedHubMessage message, CancellationToken cancellationToken = default)
        {
            Writes++;
            throw new InvalidOperationException("This connection always throws.");
        }
    }
}
