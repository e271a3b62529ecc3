namespace RealtimeTours.Platform.Messaging;

/// <summary>
/// A server that a consumer's handler cannot work without. While it is away the consumer pauses: it takes no more events, and those it has
/// wait without using up an attempt, as no retry can mend them before the server is back.
/// </summary>
public interface IConsumerDependency
{
    /// <summary>For logs, such as <c>the database</c>.</summary>
    string Name { get; }

    /// <summary>Completes when the first event may be taken.</summary>
    Task WhenReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Whether an outage may be why a handler failed. Better once too often: <see cref="ProbeAsync"/> has the last word, and an event that fails
    /// again and again although the server answers is a failure like any other.
    /// </summary>
    bool LooksAway(Exception error);

    /// <summary>Asks the server. Throws, or takes long, while it does not do what handlers need.</summary>
    Task ProbeAsync(CancellationToken cancellationToken);
}
