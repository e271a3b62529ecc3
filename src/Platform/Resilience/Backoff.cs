namespace RealtimeTours.Platform.Resilience;

/// <summary>Exponential backoff: the wait before the next try, doubled with each failure up to <paramref name="Longest"/>.</summary>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The random share of each wait, 0 to 1, so that processes that failed together do not retry together.</summary>
    public double Jitter { get; init; }

    /// <summary>The number of failures after which the wait no longer grows.</summary>
    public int Doublings => (int)Math.Ceiling(Math.Log2(Longest / First));

    /// <param name="failures">The number of failures before this one.</param>
    public TimeSpan After(int failures)
    {
        // A double: no number of failures overflows it.
        var wait = Math.Min(Longest.Ticks, First.Ticks * Math.Pow(2, failures));
        return TimeSpan.FromTicks((long)(wait * (1 - Jitter * Random.Shared.NextDouble())));
    }
}
