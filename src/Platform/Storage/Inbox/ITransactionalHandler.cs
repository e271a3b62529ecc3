namespace RealtimeTours.Platform.Storage.Inbox;

/// <summary>Handles events with exactly-once effects, see <see cref="InboxModule"/>. A singleton that is called concurrently.</summary>
public interface ITransactionalHandler
{
    /// <summary>Writes through <paramref name="transaction"/> commit together with the inbox row. If that fails, it runs again.</summary>
    /// <exception cref="Messaging.PermanentFailureException">The event can never succeed: dead-lettered. Others are retried.</exception>
    Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope);

    /// <summary>Runs after the commit, for calls of other systems. The process may die before it: what must happen needs a timer as well.</summary>
    Task CommittedAsync(EventEnvelope envelope, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>As <see cref="ITransactionalHandler"/>, for many events in one transaction and one commit.</summary>
public interface ITransactionalBatchHandler
{
    /// <remarks>Call <see cref="Correlation.CorrelationContext.Begin"/> with an envelope's ids before announcing events for it.</remarks>
    /// <param name="envelopes">Only new ones, each once. If this throws they come again, one by one.</param>
    /// <exception cref="Messaging.PermanentFailureException">An event can never succeed: it is dead-lettered as soon as it comes alone.</exception>
    Task HandleAsync(WriteTransaction transaction, IReadOnlyList<EventEnvelope> envelopes);
}
