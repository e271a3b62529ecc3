using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using RealtimeTours.Platform.Messaging.DeadLetters;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging.InProcess;

/// <summary>One consumer's queue with its bindings, delayed messages and dead letters. It outlives the consumers.</summary>
internal sealed class InProcessQueue(string consumer, TimeProvider time, IEventJournal? journal) : IDisposable
{
    private readonly Channel<ReceivedMessage> _ready = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly List<DeadLetter> _deadLetters = [];
    private readonly ConcurrentDictionary<ITimer, bool> _timers = new();
    private ImmutableDictionary<string, TopicPattern> _bindings = ImmutableDictionary<string, TopicPattern>.Empty;
    private int _unfinished;
    private int _delayed;

    /// <summary>The number of messages that are queued or being handled.</summary>
    public int Waiting => Volatile.Read(ref _unfinished);

    /// <summary>The number of messages that wait for a retry.</summary>
    public int Delayed => Volatile.Read(ref _delayed);

    public IReadOnlyCollection<DeadLetter> DeadLetters
    {
        get { lock (_deadLetters) return [.. _deadLetters]; }
    }

    public int TakeDeadLetters(Func<DeadLetter, bool> which, int atMost, bool requeue)
    {
        DeadLetter[] taken;
        lock (_deadLetters)
        {
            taken = [.. _deadLetters.Where(which).Take(atMost)];
            // By reference: of two equal letters only the one that was taken is removed.
            var gone = new HashSet<DeadLetter>(taken, ReferenceEqualityComparer.Instance);
            _deadLetters.RemoveAll(gone.Contains);
        }
        foreach (var letter in taken)
        {
            if (requeue) Enqueue(new ReceivedMessage(letter.Body, letter.RoutingKey, letter.TraceParent, Attempt: 1, EventId: letter.EventId));
            else Done(letter.EventId);
        }
        return taken.Length;
    }

    public void Bind(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns) ImmutableInterlocked.TryAdd(ref _bindings, pattern, new TopicPattern(pattern));
    }

    public bool Takes(string routingKey) => _bindings.Values.Any(binding => binding.Matches(routingKey));

    public void Enqueue(ReceivedMessage message)
    {
        Interlocked.Increment(ref _unfinished);
        _ready.Writer.TryWrite(message);
    }

    /// <summary>Completes when there may be messages to take.</summary>
    public async Task WaitAsync(CancellationToken stopping) => await _ready.Reader.WaitToReadAsync(stopping);

    /// <summary>Takes queued messages; the caller must settle each of them.</summary>
    public List<ReceivedMessage> Take(int atMost)
    {
        var taken = new List<ReceivedMessage>();
        while (taken.Count < atMost && _ready.Reader.TryRead(out var message)) taken.Add(message);
        return taken;
    }

    /// <summary>Applies a delivery's outcome. Each delivery is settled exactly once.</summary>
    public void Settle(ReceivedMessage message, ReceiveOutcome outcome)
    {
        switch (outcome)
        {
            case ReceiveOutcome.Ack:
                Done(message.EventId);
                break;
            case ReceiveOutcome.Retry retry:
                Delay(message with { Attempt = retry.NextAttempt, FirstFailedAt = message.FirstFailedAt ?? time.GetUtcNow() }, retry.After);
                break;
            case ReceiveOutcome.DeadLetter dead:
                Keep(new DeadLetter(
                    message.Body, dead.Reason, message.Attempt, message.FirstFailedAt ?? time.GetUtcNow(), message.RoutingKey, message.TraceParent,
                    message.EventId));
                break;
            case ReceiveOutcome.Return:
                Enqueue(message);
                break;
        }
        Interlocked.Decrement(ref _unfinished);
    }

    public async Task WaitUntilIdleAsync(CancellationToken cancellationToken)
    {
        while (Waiting > 0) await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
    }

    public void Dispose()
    {
        foreach (var timer in _timers.Keys) timer.Dispose();
    }

    private void Done(string? eventId)
    {
        if (eventId is not null) journal?.Settled(consumer, eventId);
    }

    private void Keep(DeadLetter letter)
    {
        lock (_deadLetters) _deadLetters.Add(letter);
    }

    private void Delay(ReceivedMessage message, TimeSpan delay)
    {
        Interlocked.Increment(ref _delayed);
        ITimer? timer = null;
        // Created stopped, so that the callback does not run before this variable is assigned.
        timer = time.CreateTimer(_ =>
        {
            _timers.TryRemove(timer!, out var _);
            timer!.Dispose();
            Enqueue(message);
            Interlocked.Decrement(ref _delayed);
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timers[timer] = true;
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }
}
