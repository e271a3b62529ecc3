using System.Collections.Concurrent;
using System.Text.Json;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Tests.Platform.Storage;

/// <summary>Notes what is published; can be away, and can refuse single events.</summary>
internal sealed class RecordingEventBus : IEventBus
{
    private readonly ConcurrentQueue<OutgoingEvent> _published = new();

    private int _attempts;

    public volatile bool IsAway;

    public bool CanPublish { get; set; } = true;

    /// <summary>What each publish waits for before it is confirmed.</summary>
    public Task Confirms { get; set; } = Task.CompletedTask;

    /// <summary>Of so many attempts the last one finds the bus away.</summary>
    public int FailsEvery { get; set; } = int.MaxValue;

    public int Attempts => Volatile.Read(ref _attempts);

    public Func<OutgoingEvent, bool> Rejects { get; set; } = _ => false;

    public IReadOnlyList<OutgoingEvent> Published => _published.ToArray();

    public IEnumerable<string> Types => Published.Select(e => e.EventType);

    public IEnumerable<EventEnvelope> Of(string eventType) =>
        Published.Where(e => e.EventType == eventType).Select(e => JsonSerializer.Deserialize<EventEnvelope>(e.Body.Span, WireJson.EventOptions)!);

    public async Task PublishAsync(OutgoingEvent message, CancellationToken cancellationToken = default)
    {
        var attempt = Interlocked.Increment(ref _attempts);
        if (IsAway || attempt % FailsEvery == 0) throw new EventBusUnavailableException("The bus is away.");
        if (Rejects(message)) throw new InvalidOperationException("The bus rejects this event.");
        _published.Enqueue(message);
        await Confirms;
        await Task.Yield(); // a broker confirms later
    }

    public IAsyncDisposable Consume(ConsumerDefinition consumer) => throw new NotSupportedException();

    public IAsyncDisposable Listen(ListenerDefinition listener) => throw new NotSupportedException();
}
