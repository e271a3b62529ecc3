using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.EventLog;

/// <summary>Puts a span of the log into one consumer's queue again. The consumer's effects happen once all the same: it knows the event ids, or the versions.</summary>
public sealed class EventReplay
{
    /// <summary>As many as are sent within about ten seconds: an operator waits for the answer.</summary>
    public const int MaxEvents = 50_000;
    private const int PageSize = 500;

    private readonly EventLogTable _log;
    private readonly IConsumerQueues _queues;
    private readonly EventLogMetrics _metrics;

    internal EventReplay(EventLogTable log, IConsumerQueues queues, EventLogMetrics metrics) => (_log, _queues, _metrics) = (log, queues, metrics);

    /// <summary>Oldest first, a page in flight at a time. Ends with the last event that was in the log when it came there.</summary>
    /// <exception cref="EventBusUnavailableException">The broker is away; the message says how far it came. Doing it again is safe.</exception>
    public async Task<ReplayResult> RunAsync(EventSpan span, string consumer, CancellationToken cancellationToken = default)
    {
        if (await _log.CountAsync(span, MaxEvents + 1, cancellationToken) > MaxEvents) return new ReplayResult(ReplayOutcome.TooMany, 0);
        var sent = 0;
        LoggedEvent? last = null;
        while (sent < MaxEvents && await _log.PageAsync(span, last, Math.Min(PageSize, MaxEvents - sent), cancellationToken) is { Count: > 0 } page)
        {
            if (!await SendAsync(consumer, page, sent, cancellationToken)) return new ReplayResult(ReplayOutcome.NoQueue, sent);
            sent += page.Count;
            last = page[^1];
        }
        _metrics.Replayed(consumer, sent);
        return new ReplayResult(ReplayOutcome.Done, sent);
    }

    private async Task<bool> SendAsync(string consumer, IReadOnlyList<LoggedEvent> page, int before, CancellationToken cancellationToken)
    {
        var sending = page.Select(logged => _queues.SendAsync(consumer, logged.ToEvent(), cancellationToken)).ToArray();
        try
        {
            return (await Task.WhenAll(sending)).All(taken => taken);
        }
        catch (EventBusUnavailableException e)
        {
            throw new EventBusUnavailableException($"{before + sending.Count(task => task.IsCompletedSuccessfully)} events were sent, then: {e.Message}", e);
        }
    }
}

/// <param name="Sent">How many events are in the consumer's queue now that were not before.</param>
public sealed record ReplayResult(ReplayOutcome Outcome, int Sent);

public enum ReplayOutcome
{
    Done,

    /// <summary>The span holds more than <see cref="EventReplay.MaxEvents"/>; nothing was sent.</summary>
    TooMany,

    /// <summary>The consumer has never run.</summary>
    NoQueue,
}
