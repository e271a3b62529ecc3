namespace RealtimeTours.Platform.Resilience;

/// <summary>Exponential backoff: how long to wait before the next try, doubled with each failure.</summary>
/// <param name="First">After the first failure.</param>
/// <param name="Longest">It grows no further.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The share of each wait that is random, 0 to 1, so that processes that failed together do not try again together.</summary>
    public double Jitter { get; init; }

    /// <summary>How many failures it takes until the wait is the longest.</summary>
    public int Doublings => (int)Math.Ceiling(Math.Log2(Longest / First));

    /// <param name="failures">How many came before this one.</param>
    public TimeSpan After(int failures)
    {
        // A double: no number of failures makes it overflow.
        var wait = Math.Min(Longest.Ticks, First.Ticks * Math.Pow(2, failures));
        return TimeSpan.FromTicks((long)(wait * (1 - Jitter * Random.Shared.NextDouble())));
    }
}
