namespace RealtimeTours.RealtimeHub.Telemetry;

/// <summary>How many values fell into each bucket of a histogram.</summary>
/// <param name="Bounds">Upper bounds, ascending; the last bucket has none.</param>
internal sealed record BucketCounts(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts)
{
    public BucketCounts Minus(BucketCounts before) => new(Bounds, [.. Counts.Zip(before.Counts, (now, then) => now - then)]);

    /// <summary>The quantile, interpolated linearly within its bucket as Prometheus does; null without values.</summary>
    /// <param name="quantile">0.99 for p99.</param>
    public double? Quantile(double quantile)
    {
        var total = Counts.Sum();
        if (total == 0) return null;
        var rank = quantile * total;
        var below = 0L;
        for (var i = 0; i < Bounds.Count; i++)
        {
            if (below + Counts[i] >= rank && Counts[i] > 0)
            {
                var start = i == 0 ? 0 : Bounds[i - 1];
                return start + (Bounds[i] - start) * (rank - below) / Counts[i];
            }
            below += Counts[i];
        }
        return Bounds[^1];
    }
}
