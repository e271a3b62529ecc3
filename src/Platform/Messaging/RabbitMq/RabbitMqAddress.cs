using RabbitMQ.Client;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Messaging.RabbitMq;

/// <summary>Reads <c>RABBITMQ_URL</c>: one AMQP URI, or several with commas for the nodes of a cluster.</summary>
public static class RabbitMqAddress
{
    /// <returns>One endpoint per node; user, password and virtual host are those of the first URI.</returns>
    public static (ConnectionFactory Factory, IReadOnlyList<AmqpTcpEndpoint> Endpoints) Parse(string value)
    {
        var uris = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0 ? uri : null)
            .ToArray();
        if (uris.Length == 0 || uris.Any(uri => uri is null))
            throw new InvalidSettingException(
                "RABBITMQ_URL is not an AMQP URI such as amqp://user:password@host:5672/vhost (several with commas for a cluster).");
        try
        {
            var factory = new ConnectionFactory { Uri = uris[0]! };
            // The client's own conversion of a URI ignores that amqps means TLS.
            return (factory, uris.Select(uri => new AmqpTcpEndpoint(uri!, new SslOption(uri!.Host, enabled: uri.Scheme == "amqps"))).ToArray());
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException)
        {
            throw new InvalidSettingException(
                "RABBITMQ_URL is not a usable AMQP URI: check the user, the password (percent-encoded) and the virtual host.");
        }
    }
}
