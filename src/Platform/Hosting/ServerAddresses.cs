using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Hosting;

internal static class ServerAddresses
{
    /// <exception cref="InvalidSettingException">Names the variable with the bad address: it stops the start, not the first use.</exception>
    public static void Check(PlatformSettings settings)
    {
        if (settings.RabbitMqUrl is { } rabbitMq) RabbitMqAddress.Parse(rabbitMq);
        if (settings.RedisUrl is { } redis) RedisAddress.Parse(redis);
        if (settings.DatabaseUrl is { } database) PostgresAddress.Parse(database);
    }
}
