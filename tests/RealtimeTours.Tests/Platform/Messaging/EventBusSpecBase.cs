using System.Collections.Concurrent;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>What an event bus has to offer to be tested by <see cref="EventBusSpecs"/>, and how the specs speak to it.</summary>
public abstract class EventBusSpecBase : IAsyncLifetime
{
    private protected static readonly RetrySchedule Retries = new([TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400)]);
    private protected readonly EventFactory Events = new(TimeProvider.System, "spec");

    private protected IEventBus Bus { get; private set; } = null!;

    private protected abstract Task<IEventBus> CreateBusAsync();

    /// <summary>Puts bytes on the wire as a foreign publisher would, without our envelope or properties.</summary>
    private protected abstract Task PublishRawAsync(string routingKey, byte[] body);

    /// <summary>The dead letters of a consumer that arrived since the last call.</summary>
    private protected abstract Task<IReadOnlyList<SeenDeadLetter>> DeadLettersAsync(string consumer);

    public async Task InitializeAsync() => Bus = await CreateBusAsync();

    public virtual async Task DisposeAsync() => await ((IAsyncDisposable)Bus).DisposeAsync();

    /// <summary>Where the bus can tell: everything published so far has reached the listeners' queues.</summary>
    private protected virtual Task SettledAsync() => Task.CompletedTask;

    private protected async Task<OutgoingEvent> PublishAsync(string eventType)
    {
        var sent = Events.Create(eventType, new { tourId = "TOUR_1" });
        await Bus.PublishAsync(sent);
        return sent;
    }

    /// <summary>Consumes, and collects what the handler did not throw on.</summary>
    private protected async Task<ConcurrentQueue<EventEnvelope>> ConsumeAsync(
        string name, string[] keys, Func<EventEnvelope, CancellationToken, Task>? handle = null, int concurrency = 8)
    {
        var received = new ConcurrentQueue<EventEnvelope>();
        Bus.Consume(new ConsumerDefinition(name, keys, Collect(received, handle), concurrency));
        await ReadyAsync();
        return received;
    }

    private protected async Task<ConcurrentQueue<EventEnvelope>> ListenAsync(
        Func<EventEnvelope, CancellationToken, Task>? handle = null, int capacity = 1_000)
    {
        var received = new ConcurrentQueue<EventEnvelope>();
        Bus.Listen(new ListenerDefinition("listener", ["tour.#"], Collect(received, handle), capacity));
        await ReadyAsync();
        return received;
    }

    private static Func<EventEnvelope, CancellationToken, Task> Collect(
        ConcurrentQueue<EventEnvelope> received, Func<EventEnvelope, CancellationToken, Task>? handle) => async (envelope, token) =>
    {
        if (handle is not null) await handle(envelope, token);
        received.Enqueue(envelope);
    };

    private protected Task ReadyAsync() => Eventually.ShouldBeTrueAsync(() => Bus.Problem is null);

    private protected async Task<SeenDeadLetter> OneDeadLetterAsync(string consumer)
    {
        IReadOnlyList<SeenDeadLetter> seen = [];
        await Eventually.ShouldBeTrueAsync(async () => (seen = await DeadLettersAsync(consumer)).Count > 0);
        return seen.ShouldHaveSingleItem();
    }
}

internal sealed record SeenDeadLetter(ReadOnlyMemory<byte> Body, string Reason, int Attempts);
