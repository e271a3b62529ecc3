using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.EventLog;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;
using RealtimeTours.Platform.Storage.Schema;

namespace RealtimeTours.Tests.Platform.EventLog;

/// <summary>A process with storage, event bus, event log and one consumer that counts seats, as a module would.</summary>
internal sealed class EventLogHost : IAsyncDisposable
{
    private readonly IHost _host;

    /// <param name="retryDelays">Seconds before each further attempt.</param>
    public EventLogHost(PlatformSettings settings, SeatCounter.Mood mood, string retryDelays = "0.1,0.3,1,3")
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Messaging:RetryDelays"] = retryDelays });
        builder.Services.AddMessaging(builder.Configuration, settings, "spec");
        // A busy machine confirms late; what happens when nothing is confirmed has tests of its own.
        if (settings.RabbitMqUrl is not null) builder.Services.AddSingleton(
            RabbitMqBusOptions.From(settings) with { PublishTimeout = TimeSpan.FromSeconds(60) });
        builder.Services.AddStorage(settings, typeof(EventEnvelope).Assembly).AddOutboxRelay(settings);
        builder.Services.AddEventLog(builder.Configuration, settings);
        builder.Services.AddSingleton(mood).AddEventConsumer<SeatCounter>(SeatCounter.Name, ["tour.#"], concurrency: 16);
        _host = builder.Build();
    }

    public Database Database => Get<Database>();

    public EventLogTable Log => Get<EventLogTable>();

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task<EventLogHost> ReadyAsync()
    {
        await _host.StartAsync();
        await Get<StorageReadiness>().WhenReady().WaitAsync(TimeSpan.FromMinutes(2));
        await Database.InTransactionAsync(
            transaction => transaction.ExecuteAsync("CREATE TABLE IF NOT EXISTS counted (tour TEXT PRIMARY KEY, seats BIGINT NOT NULL)"));
        await Eventually.ShouldBeTrueAsync(
            async () => (await Get<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"))).Status == HealthStatus.Healthy);
        return this;
    }

    public T Hosted<T>() => _host.Services.GetServices<IHostedService>().OfType<T>().Single();

    /// <summary>One event with seats for one of a few tours.</summary>
    public OutgoingEvent Seats(string tour, int seats, string type = "tour.seats") => Get<EventFactory>().Create(type, new { tour, seats });

    public async Task PublishAsync(IEnumerable<OutgoingEvent> events)
    {
        foreach (var some in events.Chunk(200)) await Task.WhenAll(some.Select(e => Get<IEventBus>().PublishAsync(e)));
    }

    /// <summary>What the consumer's effects add up to.</summary>
    public async Task<Dictionary<string, long>> CountedAsync()
    {
        await using var connection = await Database.OpenAsync();
        return (await connection.QueryAsync<(string Tour, long Seats)>("SELECT tour, seats FROM counted"))
            .ToDictionary(row => row.Tour, row => row.Seats);
    }

    public async Task<long> ScalarAsync(string sql)
    {
        await using var connection = await Database.OpenAsync();
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}

/// <summary>A consumer whose effect would show every event that took effect twice or not at all.</summary>
internal sealed class SeatCounter : IEventHandler
{
    public const string Name = "seat-counter";

    private readonly TransactionalConsumer _consumer;
    private readonly Mood _mood;

    public SeatCounter(Database database, Mood mood)
    {
        _mood = mood;
        _consumer = new TransactionalConsumer(Name, database, CountAsync);
    }

    public async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _mood.Deliveries);
        await _consumer.HandleAsync(envelope, cancellationToken);
        if (_mood.Fails()) throw new InvalidOperationException("after the commit");
    }

    private async Task CountAsync(WriteTransaction transaction, IReadOnlyList<EventEnvelope> envelopes)
    {
        await transaction.ExecuteAsync(
            "INSERT INTO counted (tour, seats) VALUES (@Tour, @Seats) ON CONFLICT (tour) DO UPDATE SET seats = counted.seats + excluded.seats",
            EventData.Read<SeatsOfTour>(envelopes.Single()));
        if (_mood.Fails()) throw new InvalidOperationException("before the commit");
    }

    internal sealed record SeatsOfTour(string Tour, int Seats);

    /// <summary>How the consumer is today.</summary>
    internal sealed class Mood
    {
        public long Deliveries;

        /// <summary>From 0, never, to 1, always.</summary>
        public double Failing { get; set; }

        public bool Fails() => Random.Shared.NextDouble() < Failing;
    }
}
