using RealtimeTours.Platform.Redis;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>
/// Publishes on a channel of Redis and hears it itself, on the connection that SignalR's backplane takes. Measured with this process's own clock: the
/// clocks of two machines differ by more than the way takes.
/// </summary>
internal sealed class RedisPulse(
    [FromKeyedServices(RedisHubBackplane.ConnectionKey)] RedisConnection redis, RedisKeys keys, HubMetrics metrics, TimeProvider time) : IBackplanePulse
{
    private static readonly TimeSpan AwayAfter = 2.5 * NodeStatus.ReportInterval;

    private readonly string _node = Guid.NewGuid().ToString("N");
    private Task? _subscribed;
    private long _heard = time.GetTimestamp(); // before the first it is taken for well
    private long _lag = -1;

    public string State => time.GetElapsedTime(Volatile.Read(ref _heard)) < AwayAfter ? BackplaneStates.Connected : BackplaneStates.Away;

    public TimeSpan? Lag => Volatile.Read(ref _lag) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;

    // One channel per node: nobody else needs to hear it.
    private RedisChannel Channel => RedisChannel.Literal($"{keys.PulseChannel}:{_node}");

    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        _subscribed ??= redis.SubscribeAsync(Channel, Hear);
        await (await redis.SubscriberAsync()).PublishAsync(Channel, time.GetTimestamp()).WaitAsync(cancellationToken);
    }

    private void Hear(RedisValue sent)
    {
        var lag = time.GetElapsedTime((long)sent);
        Volatile.Write(ref _lag, lag.Ticks);
        Volatile.Write(ref _heard, time.GetTimestamp());
        metrics.BackplaneTook(lag);
    }
}
