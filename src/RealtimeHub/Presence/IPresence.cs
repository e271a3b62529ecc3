namespace RealtimeTours.RealtimeHub.Presence;

/// <summary>How many connections watch each tour: on this node, or on all nodes through Redis.</summary>
internal interface IPresence
{
    /// <summary>Viewers on all nodes, as far as this one knows.</summary>
    int Viewers(string tourId);

    /// <summary>The viewers of all tours, on all nodes.</summary>
    int Total { get; }

    /// <summary>A connection of this node began to watch the tour. Never blocks.</summary>
    void Joined(string tourId);

    /// <summary>A connection of this node watches the tour no longer. Never blocks.</summary>
    void Left(string tourId);

    /// <summary>Tours whose count may have changed since the last call.</summary>
    IReadOnlyCollection<string> TakeChanged();

    /// <summary>Exchanges counts with the other nodes. Called several times per presence interval.</summary>
    Task ExchangeAsync(CancellationToken cancellationToken);

    /// <summary>Withdraws this node's counts at once, before their lease expires.</summary>
    Task LeaveAsync();
}
