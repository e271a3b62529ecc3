using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Backplane;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Redis;

namespace RealtimeTours.Tests.Backplane;

/// <summary>Starts nodes as hosts do, each with its own connection to Redis.</summary>
/// <param name="patience">With Redis and with each other; a minute where Redis does not go away, for the machine may be busy.</param>
internal sealed class RedisNodes(string redisUrl, string prefix, TimeSpan? patience = null) : IAsyncDisposable
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(1);
    private readonly List<ServiceProvider> _hosts = [];

    public RedisHubLifetimeManager<Hub> Add(Action<BackplaneOptions>? configure = null, Action<ISignalRServerBuilder>? signalR = null) =>
        Add<Hub>(configure, signalR);

    public RedisHubLifetimeManager<THub> Add<THub>(Action<BackplaneOptions>? configure = null, Action<ISignalRServerBuilder>? signalR = null) where THub : Hub
    {
        var services = new ServiceCollection();
        services.AddLogging();
        var builder = services.AddSignalR();
        signalR?.Invoke(builder);
        services.AddSingleton(_ => new RedisConnection(redisUrl) { Patience = _patience });
        services.AddBackplane<THub>(Settings(redisUrl, prefix), options =>
        {
            options.RedisTimeout = _patience;
            if (options.AckTimeout < _patience) options.AckTimeout = _patience;
            configure?.Invoke(options);
        });
        _hosts.Add(services.BuildServiceProvider());
        return _hosts[^1].GetRequiredService<RedisHubLifetimeManager<THub>>();
    }

    public static PlatformSettings Settings(string? redisUrl, string prefix = "test") =>
        new(RabbitMqUrl: null, "exchange", prefix, redisUrl, TimeSpan.FromDays(1), DatabaseUrl: null, DataFolder: "");

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
    }
}
