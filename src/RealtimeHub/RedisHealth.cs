using Microsoft.Extensions.Diagnostics.HealthChecks;
using RealtimeTours.Platform.Redis;
using StackExchange.Redis;

namespace RealtimeTours.RealtimeHub;

internal sealed class RedisHealth(RedisConnection redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var took = await (await redis.DatabaseAsync()).PingAsync().WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy($"Redis answered in {took.TotalMilliseconds:0.0} ms.");
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            var commands = (await redis.MultiplexerAsync()).GetCounters().Interactive;
            var reason = e.Message.Split(", mc:")[0]; // the client goes on with its counters
            return HealthCheckResult.Unhealthy(
                $"Redis does not answer ({reason}): {commands.PendingUnsentItems} commands are not sent, {commands.SentItemsAwaitingResponse} not answered.");
        }
    }
}
