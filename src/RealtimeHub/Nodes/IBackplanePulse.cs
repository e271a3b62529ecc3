namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>Whether messages between nodes get through, found out by sending some to oneself.</summary>
internal interface IBackplanePulse
{
    /// <summary>One of <see cref="BackplaneStates"/>.</summary>
    string State { get; }

    /// <summary>How long the last one took; null before the first, and where there is no way to take.</summary>
    TimeSpan? Lag { get; }

    /// <summary>Sends one. Its arrival is noticed later.</summary>
    Task BeatAsync(CancellationToken cancellationToken);
}

/// <summary>One process has no backplane that could fail.</summary>
internal sealed class InProcessPulse : IBackplanePulse
{
    public string State => BackplaneStates.InProcess;

    public TimeSpan? Lag => null;

    public Task BeatAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
