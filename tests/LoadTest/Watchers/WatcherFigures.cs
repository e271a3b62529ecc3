using RealtimeTours.LoadTest.Report;

namespace RealtimeTours.LoadTest.Watchers;

/// <summary>What one loop counts. Written by its thread; another may read a number that is a moment old.</summary>
internal sealed class WatcherFigures
{
    public long Deliveries;
    public long Bytes;

    /// <summary>The same version twice in a row.</summary>
    public long Repeated;

    /// <summary>A version below the one before.</summary>
    public long Regressed;

    /// <summary>A version with another figure than was published with it.</summary>
    public long Falsified;

    public long Opened;
    public long Reconnects;
    public long Failures;
    public long Refusals;
    public readonly LatencyHistogram Latency = new();

    /// <summary>What went wrong, the first of each kind.</summary>
    public readonly List<string> Examples = [];

    public void Example(string text)
    {
        lock (Examples)
            if (Examples.Count < 5) Examples.Add(text);
    }

    public void Add(WatcherFigures other)
    {
        Deliveries += other.Deliveries;
        Bytes += other.Bytes;
        Repeated += other.Repeated;
        Regressed += other.Regressed;
        Falsified += other.Falsified;
        Opened += other.Opened;
        Reconnects += other.Reconnects;
        Failures += other.Failures;
        Refusals += other.Refusals;
        Latency.Add(other.Latency);
        lock (other.Examples) foreach (var text in other.Examples) Example(text);
    }
}
