using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Redis;

/// <summary>A Redis Cluster of three masters, which is the smallest there is.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private readonly RedisNode[] _masters = [.. Enumerable.Range(0, 3).Select(_ => NewMaster())];

    public string Hosts => string.Join(',', _masters.Select(master => master.Address));

    /// <summary>How many keys each master holds.</summary>
    public Task<string[]> KeyCountsAsync() => Task.WhenAll(_masters.Select(master => master.AskAsync("DBSIZE")));

    public async Task StartAsync()
    {
        await Task.WhenAll(_masters.Select(master => master.StartAsync()));
        await _masters[0].AskAsync(["--cluster", "create", .. _masters.Select(master => master.Address), "--cluster-yes"]);
        await Eventually.ShouldBeTrueAsync(async () =>
            (await Task.WhenAll(_masters.Select(master => master.AskAsync("CLUSTER", "INFO"))))
                .All(info => info.Contains("cluster_state:ok", StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var master in _masters) await master.DisposeAsync();
    }

    // Its own port for the talk of the nodes: by default that is 10000 above, which may be taken, or above 65535.
    private static RedisNode NewMaster() => new("--cluster-enabled", "yes", "--cluster-port", $"{ServerProcess.FreePort()}");
}
