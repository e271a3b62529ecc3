namespace RealtimeTours.RealtimeHub.Presence;

/// <summary>How many look at each tour, which is those who called <c>WatchTour</c>: on this node, or on all nodes through Redis.</summary>
internal interface IPresence
{
    /// <summary>Viewers on all nodes, as far as this one knows.</summary>
    int Viewers(string tourId);

    /// <summary>The viewers of all tours, on all nodes.</summary>
    int Total { get; }

    /// <summary>A connection of this node looks at a tour. Never blocks.</summary>
    void Joined(Viewer viewer);

    /// <summary>A connection of this node looks at the tour no longer. Never blocks.</summary>
    void Left(Viewer viewer);

    /// <summary>Tours whose count may have changed since the last call.</summary>
    IReadOnlyCollection<string> TakeChanged();

    /// <summary>Exchanges counts with the other nodes. Called several times per presence interval.</summary>
    Task ExchangeAsync(CancellationToken cancellationToken);

    /// <summary>Withdraws this node's counts at once, before their lease expires.</summary>
    Task LeaveAsync();
}
