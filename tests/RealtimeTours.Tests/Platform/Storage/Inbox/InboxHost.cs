using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Platform.Storage.Inbox;

/// <summary>
/// A process with one transactional consumer that takes events one by one, and one that takes them in batches. Retries are over after 0.15 s.
/// </summary>
internal sealed class InboxHost : IAsyncDisposable
{
    public const string OneByOne = "one-by-one";
    public const string InBatches = "in-batches";
    private readonly IHost _host;

    public InboxHost(PlatformSettings settings, Effects? effects = null)
    {
        Effects = effects ?? new Effects();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Messaging:RetryDelays"] = "0.05,0.1" });
        builder.Services.AddMessaging(builder.Configuration, settings, "spec").AddStorage(settings, typeof(EventEnvelope).Assembly);
        builder.Services.AddSingleton(Effects)
            .AddTransactionalConsumer<SingleCounter>(OneByOne, ["tour.#"], concurrency: 4)
            .AddTransactionalBatchConsumer<BatchCounter>(InBatches, ["tour.#"], batch: 10);
        _host = builder.Build();
    }

    public Effects Effects { get; }

    public RecordedLog Log { get; } = new();

    public int Pauses => Log.Warnings.Count(line => line.Contains("pauses because the database is away", StringComparison.Ordinal));

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Without waiting for the database.</summary>
    public async Task<InboxHost> StartAsync()
    {
        await _host.StartAsync();
        await Eventually.ShouldBeTrueAsync(() => Get<IEventBus>().Problem is null);
        return this;
    }

    public async Task<InboxHost> ReadyAsync()
    {
        await StartAsync();
        await Get<StorageReadiness>().WhenReady().WaitAsync(TimeSpan.FromMinutes(2));
        await Get<Database>().InTransactionAsync(transaction => transaction.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS counted (
                consumer TEXT NOT NULL, event_id TEXT NOT NULL, times BIGINT NOT NULL, PRIMARY KEY (consumer, event_id))
            """));
        return this;
    }

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Publishes while the batch consumer is held up with a first event, so that the others wait together.</summary>
    public async Task<OutgoingEvent[]> PublishTogetherAsync(Func<Task<OutgoingEvent[]>> publish)
    {
        var gate = Effects.Gate = new TaskCompletionSource();
        var first = await PublishAsync(1);
        await Eventually.ShouldBeTrueAsync(() => Effects.BatchSizes.Count == 1);
        var others = await publish();
        gate.SetResult();
        return [.. first, .. others];
    }

    public async Task<OutgoingEvent[]> PublishAsync(int count, string eventType = "tour.created")
    {
        OutgoingEvent[] events = [.. Enumerable.Range(0, count).Select(_ => Get<EventFactory>().Create(eventType, new { tourId = "t" }))];
        foreach (var e in events) await Get<IEventBus>().PublishAsync(e);
        return events;
    }

    /// <summary>Every event took effect at both consumers, once.</summary>
    public async Task ShouldHaveCountedAsync(IEnumerable<OutgoingEvent> events)
    {
        var expected = events.Select(e => e.EventId).Order().ToArray();
        foreach (var consumer in new[] { OneByOne, InBatches })
        {
            await Eventually.ShouldBeTrueAsync(async () => (await CountedAsync(consumer)).Count >= expected.Length, TimeSpan.FromMinutes(2));
            var counted = await CountedAsync(consumer);
            counted.Select(row => row.EventId).Order().ShouldBe(expected);
            counted.ShouldAllBe(row => row.Times == 1);
        }
    }

    public async Task ShouldHaveNoDeadLettersAsync()
    {
        foreach (var consumer in new[] { OneByOne, InBatches }) (await Get<IDeadLetters>().CountAsync(consumer)).ShouldBe(0);
        Log.Warnings.ShouldNotContain(line => line.Contains("failed on", StringComparison.Ordinal), "an outage is nobody's failed attempt");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private async Task<IReadOnlyList<Counted>> CountedAsync(string consumer)
    {
        await using var connection = await Get<Database>().OpenAsync();
        return (await connection.QueryAsync<Counted>(
            "SELECT event_id AS EventId, times AS Times FROM counted WHERE consumer = @consumer", new { consumer })).AsList();
    }

    internal sealed class Counted
    {
        public string EventId { get; set; } = "";
        public long Times { get; set; }
    }
}

/// <summary>What the consumers did, seen from outside of their transactions.</summary>
internal sealed class Effects
{
    public ConcurrentQueue<string> Committed { get; } = new();

    public ConcurrentQueue<int> BatchSizes { get; } = new();

    /// <summary>What the batch consumer waits for, in its transaction.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public async Task CountAsync(WriteTransaction transaction, string consumer, EventEnvelope envelope)
    {
        await transaction.ExecuteAsync("""
            INSERT INTO counted (consumer, event_id, times) VALUES (@consumer, @EventId, 1)
            ON CONFLICT (consumer, event_id) DO UPDATE SET times = counted.times + 1
            """, new { consumer, envelope.EventId });
        if (envelope.EventType != "tour.bad") return;
        await transaction.ExecuteAsync("INSERT INTO counted (consumer, event_id) VALUES (NULL, NULL)"); // breaks a constraint
    }
}

internal sealed class SingleCounter(Effects effects) : ITransactionalHandler
{
    public Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope) => effects.CountAsync(transaction, InboxHost.OneByOne, envelope);

    public Task CommittedAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        effects.Committed.Enqueue(envelope.EventId);
        return Task.CompletedTask;
    }
}

internal sealed class BatchCounter(Effects effects) : ITransactionalBatchHandler
{
    public async Task HandleAsync(WriteTransaction transaction, IReadOnlyList<EventEnvelope> envelopes)
    {
        effects.BatchSizes.Enqueue(envelopes.Count);
        if (effects.Gate is { } gate) await gate.Task;
        foreach (var envelope in envelopes) await effects.CountAsync(transaction, InboxHost.InBatches, envelope);
    }
}
