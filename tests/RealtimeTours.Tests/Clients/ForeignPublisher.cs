using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace RealtimeTours.Tests.Clients;

/// <summary>A back-end team's program in another language: plain AMQP, messages written by hand, nothing of ours.</summary>
public sealed class ForeignPublisher : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _exchange;

    private ForeignPublisher(IConnection connection, IChannel channel, string exchange) =>
        (_connection, _channel, _exchange) = (connection, channel, exchange);

    public static async Task<ForeignPublisher> ConnectAsync(string url, string exchange)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync();
        return new ForeignPublisher(connection, await connection.CreateChannelAsync(), exchange);
    }

    public Task PublishAsync(string routingKey, string body) =>
        PublishAsync(routingKey, Encoding.UTF8.GetBytes(body), new BasicProperties { ContentType = "application/json" });

    public async Task PublishAsync(string routingKey, byte[] body, BasicProperties properties) =>
        await _channel.BasicPublishAsync(_exchange, routingKey, mandatory: false, properties, body);

    /// <summary>The shape of the contract with its required fields alone: no version, no correlation id.</summary>
    public Task PublishEventAsync(string eventType, object data, DateTimeOffset? timestamp = null, string? eventId = null) =>
        PublishAsync(eventType, JsonSerializer.Serialize(new
        {
            eventType, eventId = eventId ?? $"evt_{Guid.NewGuid():N}", timestamp = timestamp ?? DateTimeOffset.UtcNow, data,
        }));

    /// <summary>Takes the next message of a queue, null where it has none or does not exist.</summary>
    public async Task<(string Body, string? Error)?> TakeAsync(string queue)
    {
        if (await TakeMessageAsync(queue) is not { } message) return null;
        var error = message.BasicProperties.Headers?.TryGetValue("x-error", out var value) == true ? Encoding.UTF8.GetString((byte[])value!) : null;
        return (Encoding.UTF8.GetString(message.Body.Span), error);
    }

    /// <summary>As <see cref="TakeAsync"/>, with all its properties.</summary>
    public Task<BasicGetResult?> TakeMessageAsync(string queue) => _channel.BasicGetAsync(queue, autoAck: true);

    /// <summary>Of those that no consumer has in its hands.</summary>
    public Task<uint> CountAsync(string queue) => _channel.MessageCountAsync(queue);

    public Task DeleteQueueAsync(string queue) => _channel.QueueDeleteAsync(queue);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
