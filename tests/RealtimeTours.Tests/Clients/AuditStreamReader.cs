using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace RealtimeTours.Tests.Clients;

/// <summary>
/// Reads the broker's stream of all events from its beginning: each message as often as it was published, in the order the broker took them.
/// </summary>
internal static class AuditStreamReader
{
    public static async Task<IReadOnlyList<byte[]>> ReadAsync(string url, string stream, long count)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(url) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, 500, false);
        var (bodies, all) = (new List<byte[]>(), new TaskCompletionSource());
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            bodies.Add(message.Body.ToArray());
            if (bodies.Count == count) all.TrySetResult();
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
        };
        await channel.BasicConsumeAsync(
            stream, autoAck: false, "", false, false, new Dictionary<string, object?> { ["x-stream-offset"] = "first" }, consumer);
        await all.Task.WaitAsync(TimeSpan.FromMinutes(1));
        return bodies;
    }
}
