using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using RealtimeTours.Contracts.Events;

namespace RealtimeTours.Tests.Clients;

/// <summary>
/// A foreign publisher that never gives up: some fifty events a second, each confirmed by the broker or published again. Half of the tours count
/// versions, the others only have timestamps; every tenth event is one that was published before.
/// </summary>
public sealed class EventStorm(string url, string exchange, int seed) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(18);
    private readonly Random _random = new(seed);
    private readonly List<(string Type, byte[] Body)> _published = [];
    private readonly ConcurrentDictionary<string, (int Spots, long Version)> _current = new();
    private IConnection? _connection;
    private IChannel? _channel;
    private CancellationTokenSource? _stopping;
    private Task _running = Task.CompletedTask;

    public IReadOnlyList<string> Tours { get; } = [.. Enumerable.Range(0, 20).Select(i => $"storm-{i:00}")];

    /// <summary>Seats of each tour after the last confirmed event.</summary>
    public IReadOnlyDictionary<string, int> Current => _current.ToDictionary(pair => pair.Key, pair => pair.Value.Spots);

    public int Published => _published.Count;

    public void Start()
    {
        _stopping = new CancellationTokenSource();
        _running = Task.Run(() => RunAsync(_stopping.Token));
    }

    /// <summary>Completes when the event under way is confirmed too.</summary>
    public async Task StopAsync()
    {
        if (_stopping is null) return;
        await _stopping.CancelAsync();
        await _running;
    }

    /// <summary>A new figure for one tour, or a random one; completes when the broker has it.</summary>
    public async Task ChangeAsync(string? tour = null)
    {
        tour ??= Tours[_random.Next(Tours.Count)];
        var counts = int.Parse(tour[^2..], System.Globalization.CultureInfo.InvariantCulture) % 2 == 0;
        var version = _current.GetValueOrDefault(tour).Version + 1;
        var spots = _random.Next(6, 1_000);
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            eventType = EventTypes.AvailabilityUpdated, eventId = $"evt_{seed}_{tour}_{version}", timestamp = DateTimeOffset.UtcNow,
            data = new { tourId = tour, availableSpots = spots, version = counts ? version : (long?)null },
        }, WireJson.EventOptions);
        await PublishAsync(EventTypes.AvailabilityUpdated, body);
        _published.Add((EventTypes.AvailabilityUpdated, body));
        _current[tour] = (spots, version);
    }

    public Task PublishAsync(string eventType, object data, string eventId) => PublishAsync(eventType, JsonSerializer.SerializeToUtf8Bytes(
        new { eventType, eventId, timestamp = DateTimeOffset.UtcNow, data }, WireJson.EventOptions));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await DisconnectAsync();
        _stopping?.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (_published.Count > 0 && _random.Next(10) == 0)
            {
                var again = _published[_random.Next(_published.Count)];
                await PublishAsync(again.Type, again.Body);
            }
            else
            {
                await ChangeAsync();
            }
            await Task.Delay(Interval, CancellationToken.None); // the pace
        }
    }

    private async Task PublishAsync(string eventType, byte[] body)
    {
        while (true)
        {
            try
            {
                var channel = _channel ?? await ConnectAsync();
                await channel.BasicPublishAsync(
                    exchange, eventType, mandatory: false, new BasicProperties { Persistent = true, ContentType = "application/json" }, body)
                    .AsTask().WaitAsync(TimeSpan.FromSeconds(2));
                return;
            }
            catch (Exception e) when (
                e is RabbitMQClientException or TimeoutException or IOException or ObjectDisposedException or OperationCanceledException)
            {
                await DisconnectAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private async Task<IChannel> ConnectAsync()
    {
        var factory = new ConnectionFactory { Uri = new Uri(url), AutomaticRecoveryEnabled = false };
        _connection = await factory.CreateConnectionAsync();
        return _channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
    }

    private async Task DisconnectAsync()
    {
        var (connection, channel) = (_connection, _channel);
        (_connection, _channel) = (null, null);
        try
        {
            if (channel is not null) await channel.DisposeAsync();
            if (connection is not null) await connection.DisposeAsync();
        }
        catch (Exception e) when (
            e is RabbitMQClientException or IOException or ObjectDisposedException or TimeoutException or OperationCanceledException)
        {
            // it was broken
        }
    }
}
