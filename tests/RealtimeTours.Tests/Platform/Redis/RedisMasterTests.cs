using System.Collections.Concurrent;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Tests.Servers;
using StackExchange.Redis;

namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>A master and its replica: a message that is published at the replica is heard by nobody who listens at the master.</summary>
public sealed class RedisMasterTests : IAsyncLifetime
{
    private static readonly RedisChannel Channel = RedisChannel.Literal("news");

    private readonly RedisNode _master = new();
    private RedisNode _replica = null!;
    private TcpProxy _path = null!;

    public async Task InitializeAsync()
    {
        await _master.StartAsync();
        _replica = await RedisNode.StartedAsync("--replicaof", "127.0.0.1", $"{_master.Port}");
        _path = new TcpProxy(_master.Port);
        await Eventually.ShouldBeTrueAsync(
            async () => (await _replica.AskAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal));
    }

    public async Task DisposeAsync()
    {
        await _path.DisposeAsync();
        await _replica.DisposeAsync();
        await _master.DisposeAsync();
    }

    [Fact]
    public Task Who_reached_the_replica_first_is_heard_at_the_master() => ReachesTheMasterAsync(
        connection => connection.SubscribeAsync(Channel, _ => { }), connection => connection.PublishAsync(Channel, "late"));

    [Fact]
    public Task A_library_that_reached_the_replica_first_is_heard_at_the_master() => ReachesTheMasterAsync(
        async connection => await (await connection.StandingMultiplexerAsync()).GetSubscriber().SubscribeAsync(Channel, (_, _) => { }),
        async connection => await (await connection.StandingMultiplexerAsync()).GetSubscriber().PublishAsync(Channel, "late"));

    [Fact]
    public async Task Who_reached_the_replica_alone_does_not_listen_yet()
    {
        await using var late = await WithoutTheMasterAsync(connection => connection.SubscribeAsync(Channel, _ => { }));
        (await late.IsListeningAsync()).ShouldBeFalse();
        _path.Refuses = false;
        await Eventually.ShouldBeTrueAsync(async () => await late.IsListeningAsync());
    }

    private async Task ReachesTheMasterAsync(Func<RedisConnection, Task> subscribe, Func<RedisConnection, Task> publish)
    {
        var heard = new ConcurrentQueue<RedisValue>();
        await using var atMaster = new RedisConnection($"redis://127.0.0.1:{_master.Port}");
        await atMaster.SubscribeAsync(Channel, heard.Enqueue);

        await using var late = await WithoutTheMasterAsync(subscribe);
        _path.Refuses = false;
        await Eventually.ShouldBeTrueAsync(async () => (await late.MultiplexerAsync()).GetServer($"127.0.0.1:{_path.Port}").IsConnected);

        await Eventually.ShouldBeTrueAsync(async () =>
        {
            try
            {
                await publish(late);
            }
            catch (RedisException) // it has found the master, and not yet that it is one
            {
            }
            return heard.Contains("late");
        });
    }

    private async Task<RedisConnection> WithoutTheMasterAsync(Func<RedisConnection, Task> subscribe)
    {
        _path.Refuses = true;
        var late = new RedisConnection($"redis://127.0.0.1:{_path.Port},127.0.0.1:{_replica.Port}");
        await subscribe(late);
        await Eventually.ShouldBeTrueAsync(async () => (await late.MultiplexerAsync()).GetServer($"127.0.0.1:{_replica.Port}").IsConnected);
        return late;
    }
}
