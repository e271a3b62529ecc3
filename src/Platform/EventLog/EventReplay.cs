using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.EventLog;

/// <summary>Sends a span of the log to one consumer's queue again. Consumers recognize event ids or versions, so effects happen once.</summary>
public sealed class EventReplay
{
    /// <summary>These are sent within about ten seconds: an operator waits for the answer.</summary>
    public const int MaxEvents = 50_000;
    private const int PageSize = 500;

    private readonly EventLogTable _log;
    private readonly IConsumerQueues _queues;
    private readonly EventLogMetrics _metrics;

    internal EventReplay(EventLogTable log, IConsumerQueues queues, EventLogMetrics metrics) => (_log, _queues, _metrics) = (log, queues, metrics);

    /// <summary>Sends oldest first, one page at a time, up to the last event in the log at that time.</summary>
    /// <exception cref="EventBusUnavailableException">The message says how many events were sent. Repeating the call is safe.</exception>
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
            throw new EventBusUnavailableException(
                $"{before + sending.Count(task => task.IsCompletedSuccessfully)} events were sent, then: {e.Message}", e);
        }
    }
}

/// <param name="Sent">The number of events put into the consumer's queue.</param>
public sealed record ReplayResult(ReplayOutcome Outcome, int Sent);

public enum ReplayOutcome
{
    Done,

    /// <summary>The span has more than <see cref="EventReplay.MaxEvents"/> events; nothing was sent.</summary>
    TooMany,

    /// <summary>The consumer has never run.</summary>
    NoQueue,
}
