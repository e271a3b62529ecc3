namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>A master with a replica, watched by three sentinels under the name <see cref="Service"/>; two of them agree that it died.</summary>
internal sealed class RedisSentinels : IAsyncDisposable
{
    public const string Service = "tours";

    private readonly RedisNode _replica;
    private readonly RedisNode[] _sentinels = [.. Enumerable.Range(0, 3).Select(_ => new RedisNode("--sentinel"))];

    public RedisSentinels() => _replica = new RedisNode("--replicaof", "127.0.0.1", $"{Master.Port}");

    public RedisNode Master { get; } = new();

    public string Url => $"redis-sentinel://{string.Join(',', _sentinels.Select(sentinel => sentinel.Address))}/{Service}";

    public async Task StartAsync()
    {
        await Master.StartAsync();
        await _replica.StartAsync();
        foreach (var sentinel in _sentinels)
        {
            await File.WriteAllTextAsync(sentinel.PathOf("sentinel.conf"), $"""
                bind 127.0.0.1
                port {sentinel.Port}
                dir {sentinel.PathOf("")}
                sentinel monitor {Service} 127.0.0.1 {Master.Port} 2
                sentinel down-after-milliseconds {Service} 1000
                sentinel failover-timeout {Service} 5000
                """);
            await sentinel.StartAsync();
        }
        // A failover needs a replica that is in step, and sentinels that know of each other.
        await Eventually.ShouldBeTrueAsync(
            async () => (await _replica.AskAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        await Eventually.ShouldBeTrueAsync(async () =>
            (await Task.WhenAll(_sentinels.Select(sentinel => sentinel.AskAsync("INFO", "sentinel"))))
                .All(info => info.Contains("slaves=1,sentinels=3", StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sentinel in _sentinels) await sentinel.DisposeAsync();
        await _replica.DisposeAsync();
        await Master.DisposeAsync();
    }
}
