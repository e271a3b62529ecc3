using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <param name="Url">See <see cref="RabbitMqAddress"/>; contains a password, never log it.</param>
/// <param name="PublishTimeout">Limits the wait for a connection, and then for the publisher confirm.</param>
/// <param name="WatchInterval">How often a consumer checks that the broker still delivers its queue.</param>
internal sealed record RabbitMqBusOptions(string Url, EventTopology Topology, TimeSpan PublishTimeout, TimeSpan WatchInterval)
{
    public static RabbitMqBusOptions From(PlatformSettings settings) => new(
        settings.RabbitMqUrl ?? throw new InvalidSettingException("RABBITMQ_URL is not set."),
        new EventTopology(settings.Exchange, settings.QueuePrefix),
        PublishTimeout: TimeSpan.FromSeconds(5),
        WatchInterval: TimeSpan.FromSeconds(10));
}
