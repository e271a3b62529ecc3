namespace RealtimeTours.Platform.Messaging;

/// <summary>A server that handlers require. During its outage the consumer pauses: it takes no events and uses up no attempts.</summary>
public interface IConsumerDependency
{
    /// <summary>For logs, such as <c>the database</c>.</summary>
    string Name { get; }

    /// <summary>Completes when the consumer may take its first event.</summary>
    Task WhenReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether an outage may explain the error. A wrong yes does no harm: <see cref="ProbeAsync"/> decides.</summary>
    bool LooksAway(Exception error);

    /// <summary>Whether its disk is full. Then it can do next to nothing, although a probe that writes little may succeed.</summary>
    bool IsFull(Exception error) => false;

    /// <summary>Asks the server. Throws or hangs while handlers could not use it.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}
