using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Backplane;

/// <summary>The suite over three nodes on a real Redis.</summary>
public sealed class RedisHubLifetimeManagerTests : HubLifetimeManagerSpecs, IAsyncLifetime
{
    private RedisNodes _redis = null!;

    public async Task InitializeAsync() => _redis = new RedisNodes((await SharedServers.Redis).Url, $"t{Guid.NewGuid():N}");

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    private protected override Task<Nodes> StartAsync() => Task.FromResult(new Nodes(_redis.Add(), _redis.Add(), _redis.Add()));
}
