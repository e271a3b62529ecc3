namespace RealtimeTours.Platform.Messaging;

/// <summary>The way into one consumer's queue, past the exchange: nobody else gets the event.</summary>
public interface IConsumerQueues
{
    /// <summary>Completes when the queue has it. A consumer passes over events that it is not bound to.</summary>
    /// <returns>False where the consumer has no queue: it has never run.</returns>
    /// <exception cref="EventBusUnavailableException">Not confirmed in time; it may or may not have arrived.</exception>
    Task<bool> SendAsync(string consumer, OutgoingEvent message, CancellationToken cancellationToken = default);
}
