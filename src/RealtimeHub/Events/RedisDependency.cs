using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Events;

/// <summary>The hub's durable consumer pauses while Redis is away, and until all nodes listen to it again.</summary>
internal sealed class RedisDependency(RedisConnection redis, RedisKeys keys) : IConsumerDependency
{
    // Errors of a server that answers, and can do nothing at the moment: it loads its data, has become a replica, has lost its master or its
    // cluster, its disk is full.
    private static readonly string[] NotNow = ["LOADING", "READONLY", "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN", "MISCONF", "OOM"];

    public string Name => "Redis";

    public bool LooksAway(Exception error) => error switch
    {
        RedisConnectionException or RedisTimeoutException or EffectTooEarlyException => true,
        RedisServerException refused => NotNow.Any(code => refused.Message.StartsWith(code, StringComparison.Ordinal)),
        _ => error.InnerException is { } inner && LooksAway(inner),
    };

    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await (await redis.DatabaseAsync()).StringSetAsync(keys.Probe, "", TimeSpan.FromMinutes(1)).WaitAsync(cancellationToken);
        if (redis.IsSettling) throw new EffectTooEarlyException("probe");
    }
}
