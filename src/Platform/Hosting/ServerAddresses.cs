using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Platform.Storage.Engines;

namespace RealtimeTours.Platform.Hosting;

internal static class ServerAddresses
{
    /// <summary>Lets each part read the address of its server, so that a bad one stops the start and not the first use.</summary>
    /// <exception cref="InvalidSettingException">Names the variable.</exception>
    public static void Check(PlatformSettings settings)
    {
        if (settings.RabbitMqUrl is { } rabbitMq) RabbitMqAddress.Parse(rabbitMq);
        if (settings.RedisUrl is { } redis) RedisAddress.Parse(redis);
        if (settings.DatabaseUrl is { } database) PostgresAddress.Parse(database);
    }
}
