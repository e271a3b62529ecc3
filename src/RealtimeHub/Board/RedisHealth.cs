using Microsoft.Extensions.Diagnostics.HealthChecks;
using RealtimeTours.Platform.Redis;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub.Board;

internal sealed class RedisHealth(RedisConnection redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var took = await (await redis.DatabaseAsync()).PingAsync().WaitAsync(cancellationToken);
            return await redis.IsListeningAsync()
                ? HealthCheckResult.Healthy($"Redis answered in {took.TotalMilliseconds:0.0} ms.")
                : HealthCheckResult.Unhealthy("Redis answers, but does not send this node what others publish yet.");
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy($"Redis does not answer: {e.Message.Split(", mc:")[0]}"); // cuts off the counters
        }
    }
}
