using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RealtimeTours.Contracts.Events;

namespace RealtimeTours.LoadTest;

/// <summary>
/// Publishes seat counts as any program of the house would: persistent, one after another on one channel, so that their order is theirs.
/// </summary>
internal sealed class RabbitMqEventSource : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly LoadTestOptions _options;
    private readonly PublishedStates _published;
    private readonly string _run = $"evt_load_{Guid.NewGuid():N}_";
    private int _next;

    private RabbitMqEventSource(IConnection connection, IChannel channel, LoadTestOptions options, PublishedStates published) =>
        (_connection, _channel, _options, _published) = (connection, channel, options, published);

    /// <exception cref="IOException">The broker is not there, or has no such exchange.</exception>
    public static async Task<RabbitMqEventSource> ConnectAsync(LoadTestOptions options, PublishedStates published)
    {
        try
        {
            var connection =
                await new ConnectionFactory { Uri = options.Publish!, AutomaticRecoveryEnabled = false }.CreateConnectionAsync("load test");
            var channel = await connection.CreateChannelAsync();
            await channel.ExchangeDeclarePassiveAsync(options.Exchange);
            return new RabbitMqEventSource(connection, channel, options, published);
        }
        catch (OperationInterruptedException e)
        {
            throw new IOException($"The broker has no exchange {options.Exchange}; the hub makes it when it starts. {e.Message}", e);
        }
        catch (BrokerUnreachableException e)
        {
            throw new IOException(
                $"The broker at {options.Publish!.Host}:{options.Publish.Port} cannot be reached: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    /// <summary>Spreads events evenly over the tours and the time.</summary>
    public async Task PublishAsync(double perSecond, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var total = (long)Math.Round(perSecond * duration.TotalSeconds);
        for (long sent = 0; sent < total;)
        {
            var due = Math.Min(total, (long)(clock.Elapsed.TotalSeconds * perSecond) + 1);
            for (; sent < due; sent++) await PublishOneAsync();
            var pause = TimeSpan.FromSeconds(sent / perSecond) - clock.Elapsed;
            if (pause > TimeSpan.Zero) await Task.Delay(pause < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : pause);
        }
        if (duration > clock.Elapsed) await Task.Delay(duration - clock.Elapsed);
        await FlushAsync();
    }

    /// <summary>As fast as the broker takes them.</summary>
    public async Task PublishAsync(int events)
    {
        for (var sent = 0; sent < events; sent++) await PublishOneAsync();
        await FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    // A channel is served in order: when the broker answers this, it has everything before it.
    private Task FlushAsync() => _channel.ExchangeDeclarePassiveAsync(_options.Exchange);

    private async Task PublishOneAsync()
    {
        // A prime step visits every tour in an order that is not that of the connections.
        var tour = (int)((long)_next * 7_919 % _options.Tours.Count);
        if (_options.Tours.Count % 7_919 == 0) tour = _next % _options.Tours.Count;
        var eventId = $"{_run}{_next++}";
        var (version, spots) = _published.Next(tour);
        await _channel.BasicPublishAsync(_options.Exchange, EventTypes.AvailabilityUpdated, mandatory: false, new BasicProperties
        {
            ContentType = "application/json", Type = EventTypes.AvailabilityUpdated, MessageId = eventId, Persistent = true,
        }, Body(eventId, _options.Tours[tour], version, spots));
    }

    private static ReadOnlyMemory<byte> Body(string eventId, string tourId, long version, int spots)
    {
        var body = new ArrayBufferWriter<byte>(384);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("eventType", EventTypes.AvailabilityUpdated);
        json.WriteString("eventId", eventId);
        json.WriteString("eventVersion", "1.0");
        // The receiving side reads it to measure the way: the last thing that is decided.
        json.WriteString("timestamp", DateTime.UtcNow);
        json.WriteString("source", "load-test");
        json.WriteStartObject("data");
        json.WriteString("tourId", tourId);
        json.WriteNumber("availableSpots", spots);
        json.WriteNumber("previousSpots", spots + 1);
        json.WriteNumber("capacity", 120);
        json.WriteString("status", "available");
        json.WriteString("reason", "booking");
        json.WriteNumber("version", version);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }
}
