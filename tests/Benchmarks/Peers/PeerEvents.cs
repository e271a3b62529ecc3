using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.Benchmarks.Peers;

/// <summary>The RabbitMQ consumer in front of the peers that are written in C#.</summary>
internal static class PeerEvents
{
    /// <summary>Calls back for one event after another, in their order.</summary>
    /// <param name="shared">Several nodes share the events; else each gets all.</param>
    public static async Task ConsumeAsync(string rabbitMq, string exchange, bool shared, Func<AvailabilityUpdate, Task> onUpdate)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(rabbitMq) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Topic, durable: true);
        var queue = (await channel.QueueDeclareAsync(shared ? $"{exchange}.nodes" : "", durable: false, exclusive: !shared, autoDelete: true))
            .QueueName;
        await channel.QueueBindAsync(queue, exchange, EventTypes.AvailabilityUpdated);
        await channel.BasicQosAsync(0, prefetchCount: 200, global: false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var envelope = JsonSerializer.Deserialize<EventEnvelope>(delivery.Body.Span, WireJson.EventOptions)!;
            var data = envelope.Data.Deserialize<TourAvailabilityUpdated>(WireJson.EventOptions)!;
            await onUpdate(new AvailabilityUpdate(data.TourId, data.Date, data.AvailableSpots, data.PreviousSpots, data.Capacity,
                data.Status!, data.Version!.Value, envelope.Source, envelope.Timestamp));
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
    }
}
