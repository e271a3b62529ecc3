namespace RealtimeTours.Platform.Storage.Inbox;

/// <summary>Takes effect of events, each exactly once. A singleton, called for many events at once. See <see cref="InboxModule"/>.</summary>
public interface ITransactionalHandler
{
    /// <summary>
    /// Everything it does through <paramref name="transaction"/> happens together with the note that this consumer has the event, or not at
    /// all. It may run more than once for an event whose transaction did not commit.
    /// </summary>
    /// <exception cref="PermanentFailureException">The event can never succeed: to the dead letters. Anything else is tried again.</exception>
    Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope);

    /// <summary>
    /// Runs after the commit, outside of the transaction, such as a call to somebody else's server. The process may die before it: what must happen
    /// needs a timer as well.
    /// </summary>
    Task CommittedAsync(EventEnvelope envelope, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>As <see cref="ITransactionalHandler"/> for many events in one transaction, whose commit then costs once.</summary>
public interface ITransactionalBatchHandler
{
    /// <param name="envelopes">
    /// Each once, none taken before. Where this throws they come again one by one. Each has its own correlation: whoever announces events for
    /// one says <see cref="Correlation.CorrelationContext.Begin"/> with its ids first.
    /// </param>
    /// <exception cref="PermanentFailureException">An event can never succeed: to the dead letters at once, as soon as it comes alone.</exception>
    Task HandleAsync(WriteTransaction transaction, IReadOnlyList<EventEnvelope> envelopes);
}
