namespace RealtimeTours.Platform.Messaging;

/// <summary>
/// Handles the events of one consumer or listener. A singleton, called for many events at once; it must take the same event twice.
/// </summary>
public interface IEventHandler
{
    /// <exception cref="PermanentFailureException">The event can never succeed: to the dead letters at once. Anything else is tried again.</exception>
    Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken);
}
