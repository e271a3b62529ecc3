namespace RealtimeTours.LoadTest;

/// <summary>What the connections do; on the command line in lower case with hyphens.</summary>
internal enum Scenario
{
    /// <summary>All watch one tour.</summary>
    Fanout,

    /// <summary>The connections are spread over the tours.</summary>
    ManyTours,

    /// <summary>All watch one tour, which changes a few thousand times as fast as the broker takes it.</summary>
    Burst,

    /// <summary>Nothing happens: what a connection costs the hub.</summary>
    Idle,

    /// <summary>Half way through, every connection drops and comes back at once.</summary>
    Avalanche,

    /// <summary>One connection in a hundred watches 200 tours and stops reading until the end; the latency is that of the others.</summary>
    Slow,

    /// <summary>Each connection watches 200 tours in one call.</summary>
    ListPage,
}
