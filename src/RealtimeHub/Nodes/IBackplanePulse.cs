namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>A heartbeat that measures whether messages between nodes get through: each node sends itself some.</summary>
internal interface IBackplanePulse
{
    /// <summary>One of <see cref="BackplaneStates"/>.</summary>
    string State { get; }

    /// <summary>How long the last heartbeat took; null before the first, and without a backplane.</summary>
    TimeSpan? Lag { get; }

    /// <summary>Sends a heartbeat without waiting for its arrival.</summary>
    Task BeatAsync(CancellationToken cancellationToken);
}

internal sealed class InProcessPulse : IBackplanePulse
{
    public string State => BackplaneStates.InProcess;

    public TimeSpan? Lag => null;

    public Task BeatAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
