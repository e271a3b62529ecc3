namespace RealtimeTours.RealtimeHub.Events;

/// <summary>Deduplication of redelivered events: a push to browsers runs once per event id. In memory, or in Redis for all nodes.</summary>
internal interface IProcessedEvents
{
    /// <summary>Runs the effect unless it ran for this event before. If it fails, the event stays unprocessed and a retry runs it.</summary>
    /// <exception cref="EffectTooEarlyException">The other nodes may not be subscribed yet; a later retry reaches them.</exception>
    /// <exception cref="EventBeingHandledException">Another delivery of the same event is being handled; retry later.</exception>
    Task RunOnceAsync(string eventId, Func<Task> effect, CancellationToken cancellationToken);

    /// <summary>Two events about one subject may be handled in the wrong order. False for an older one, which must then be dropped.</summary>
    /// <param name="position">Text of a fixed length that sorts as the events of the subject do.</param>
    Task<bool> TryAdvanceAsync(string subject, string position);
}

/// <summary>Transient: the consumer retries the event.</summary>
internal sealed class EventBeingHandledException(string eventId) : Exception($"Another delivery of event {eventId} is being handled.");

/// <summary>Transient: run now, the effect would miss nodes that are not subscribed yet, and still count as done.</summary>
internal sealed class EffectTooEarlyException(string eventId)
    : Exception($"Redis has just come back; event {eventId} waits until every node listens again.");
