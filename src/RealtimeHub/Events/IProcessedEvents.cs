namespace RealtimeTours.RealtimeHub.Events;

/// <summary>Runs the effects that a redelivered event must not have twice: pushes to browsers. In memory, or in Redis for all nodes together.</summary>
internal interface IProcessedEvents
{
    /// <summary>Runs the effect unless the event was processed before. A failing effect leaves the event unprocessed, so that a retry runs it.</summary>
    /// <exception cref="EffectTooEarlyException">The other nodes may not hear it yet; trying again later reaches them.</exception>
    /// <exception cref="EventBeingHandledException">Another delivery of the same event is under way; trying again later finds out how it ended.</exception>
    Task RunOnceAsync(string eventId, Func<Task> effect, CancellationToken cancellationToken);

    /// <summary>Nodes compete for events, so two about one subject may be handled in the wrong order: an older one is then not to be told any more.</summary>
    /// <param name="subject">Such as a booking's id.</param>
    /// <param name="position">Where the event stands among those of its subject: digits, always as many; a greater text is later.</param>
    /// <returns>False when a later position was told before.</returns>
    Task<bool> TryAdvanceAsync(string subject, string position);
}

/// <summary>Passing trouble: the consumer's retry comes back to it.</summary>
internal sealed class EventBeingHandledException(string eventId) : Exception($"Another delivery of event {eventId} is being handled.");

/// <summary>Passing trouble: done now, the effect would miss nodes that do not listen yet, and count as done all the same.</summary>
internal sealed class EffectTooEarlyException(string eventId) : Exception($"Redis has just come back; event {eventId} waits until every node listens again.");
