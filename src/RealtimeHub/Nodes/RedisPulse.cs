using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>Heartbeats to itself over the backplane's Redis connection. One clock measures them: two machines' clocks differ too much.</summary>
internal sealed class RedisPulse(
    [FromKeyedServices(RedisHubBackplane.ConnectionKey)] RedisConnection redis, RedisKeys keys, HubMetrics metrics, TimeProvider time)
        : IBackplanePulse
{
    private static readonly TimeSpan AwayAfter = 2.5 * NodeStatus.ReportInterval;

    private readonly string _node = Guid.NewGuid().ToString("N");
    private bool _subscribed;
    private long _heard = time.GetTimestamp(); // counts as connected until the first heartbeat is overdue
    private long _lag = -1;

    public string State => time.GetElapsedTime(Volatile.Read(ref _heard)) < AwayAfter ? BackplaneStates.Connected : BackplaneStates.Away;

    public TimeSpan? Lag => Volatile.Read(ref _lag) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;

    private RedisChannel Channel => RedisChannel.Literal($"{keys.PulseChannel}:{_node}");

    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (!_subscribed) await redis.SubscribeAsync(Channel, Hear).WaitAsync(cancellationToken); // if it fails, the next call tries again
        _subscribed = true;
        await redis.PublishAsync(Channel, time.GetTimestamp()).WaitAsync(cancellationToken);
    }

    private void Hear(RedisValue sent)
    {
        var lag = time.GetElapsedTime((long)sent);
        Volatile.Write(ref _lag, lag.Ticks);
        Volatile.Write(ref _heard, time.GetTimestamp());
        metrics.BackplaneTook(lag);
    }
}
