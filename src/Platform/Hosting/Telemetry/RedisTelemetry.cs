using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using RealtimeTours.Platform.Redis;

namespace RealtimeTours.Platform.Hosting.Telemetry;

/// <summary>A span per Redis command of a request or an event. Background polls are left out: their spans would hide the others.</summary>
internal static class RedisTelemetry
{
    public static TracerProviderBuilder AddRedisConnectionInstrumentation(this TracerProviderBuilder traces) => traces
        .AddRedisInstrumentation(redis => redis.Filter = command => command.ParentActivity is not null)
        .ConfigureRedisInstrumentation((provider, redis) =>
        {
            foreach (
                var connection in provider.GetServices<RedisConnection>().Concat(provider.GetKeyedServices<RedisConnection>(KeyedService.AnyKey)))
                connection.Connected += multiplexer => redis.AddConnection(multiplexer);
        });
}
