namespace RealtimeTours.Platform.Messaging;

/// <summary>Sends an event to one consumer's queue, past the exchange: no other consumer gets it.</summary>
public interface IConsumerQueues
{
    /// <summary>Completes when the queue has it. The consumer skips events that it is not bound to.</summary>
    /// <returns>False if the consumer has no queue, because it has never run.</returns>
    /// <exception cref="EventBusUnavailableException">Not confirmed in time; it may have arrived.</exception>
    Task<bool> SendAsync(string consumer, OutgoingEvent message, CancellationToken cancellationToken = default);
}
