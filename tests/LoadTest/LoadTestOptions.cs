using RealtimeTours.Contracts.Hub;
using RealtimeTours.LoadTest.Wire;

namespace RealtimeTours.LoadTest;

/// <summary>One run. What the scenario decides has been filled in.</summary>
internal sealed record LoadTestOptions
{
    /// <summary>A node each; a reconnecting client goes to the next one.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    public Scenario Scenario { get; init; } = Scenario.Fanout;

    public int Connections { get; init; } = 100;

    public required TourNames Tours { get; init; }

    public int WatchPerConnection { get; init; } = 1;

    /// <summary>Events a second over all tours.</summary>
    public double Rate { get; init; } = 10;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Events of the burst scenario.</summary>
    public int Burst { get; init; } = 2_000;

    /// <summary>The broker to publish to; null listens only.</summary>
    public Uri? Publish { get; init; }

    public string Exchange { get; init; } = "tour_booking_events";

    public string? Token { get; init; }

    public string? JsonFile { get; init; }

    /// <summary>Processes whose CPU time and memory are reported, on this machine.</summary>
    public IReadOnlyList<int> HubPids { get; init; } = [];

    /// <summary>How long after the last event every connection must have the last states.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long all connections may take to be connected and watching.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(60);

    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount / 4, 1, 8);

    public WireProtocol Protocol { get; init; } = WireProtocol.SignalR;

    /// <summary>The tours that a connection watches.</summary>
    public int[] ToursOf(int connection)
    {
        // A connection that stops reading must have much to miss, or the buffers between hide that it does.
        var count = Math.Min(StopsReading(connection) ? HubContract.MaxToursPerCall : WatchPerConnection, Tours.Count);
        var first = (int)((long)connection * WatchPerConnection % Tours.Count);
        return [.. Enumerable.Range(0, count).Select(step => (first + step) % Tours.Count)];
    }

    public bool StopsReading(int connection) => Scenario == Scenario.Slow && connection % 100 == 50;
}
