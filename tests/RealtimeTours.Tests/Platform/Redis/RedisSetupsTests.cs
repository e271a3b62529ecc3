namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>The hub on a Redis that is more than one server, found by <c>REDIS_URL</c> alone.</summary>
public class RedisSetupsTests
{
    [Fact]
    public async Task A_cluster_serves_the_hub_through_a_list_of_its_hosts()
    {
        await using var cluster = new RedisCluster();
        await cluster.StartAsync();
        await using var hub = await HubOnRedis.StartAsync($"redis://{cluster.Hosts}");

        await hub.ShouldShareAsync("t");

        // One master keeps what the scripts need together: the braces in the keys.
        (await cluster.KeyCountsAsync()).Count(count => count != "0").ShouldBe(1);
    }

    [Theory]
    [InlineData("redis://:secret@[::1]:{port}")]
    [InlineData("redis://default:secret@[0:0:0:0:0:0:0:1]:{port}/2")]
    [InlineData("redis://[::1]:{port}?password=secret&db=3")]
    [InlineData("[::1]:{port},password=secret")]
    public async Task A_server_is_reached_by_its_IPv6_address(string url)
    {
        await using var redis = new RedisNode("--bind", "::1", "127.0.0.1", "--requirepass", "secret");
        await redis.StartAsync();
        await using var hub = await HubOnRedis.StartAsync(url.Replace("{port}", $"{redis.Port}"));
        await hub.ShouldShareAsync("t");
    }

    [Fact]
    public async Task After_a_failover_the_hub_follows_to_the_master_that_the_sentinels_name()
    {
        await using var sentinels = new RedisSentinels();
        await sentinels.StartAsync();
        await using var hub = await HubOnRedis.StartAsync(sentinels.Url);
        await hub.ShouldShareAsync("before");

        await sentinels.Master.KillAsync();

        await hub.ShouldShareAsync("after");
    }

    [Fact]
    public async Task A_hub_that_starts_before_its_sentinels_waits_for_them()
    {
        await using var sentinels = new RedisSentinels();
        await using var hub = await HubOnRedis.StartAsync(sentinels.Url);
        (await hub.ReadinessAsync()).Ready.ShouldBeFalse();

        await sentinels.StartAsync();

        await Eventually.ShouldBeTrueAsync(async () => (await hub.ReadinessAsync()).Ready);
        await hub.ShouldShareAsync("t");
    }
}
