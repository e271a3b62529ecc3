namespace RealtimeTours.Platform.Messaging;

/// <summary>Handles events of a consumer or listener. A singleton that is called concurrently and must be idempotent.</summary>
public interface IEventHandler
{
    /// <exception cref="PermanentFailureException">The event can never succeed and is dead-lettered. Other exceptions are retried.</exception>
    Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken);
}
