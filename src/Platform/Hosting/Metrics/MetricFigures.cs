namespace RealtimeTours.Platform.Hosting;

/// <summary>This process's own metrics by the names that <c>/metrics</c> gives them, for whoever shows them another way.</summary>
public sealed class MetricFigures
{
    private readonly PrometheusMetrics _metrics;

    internal MetricFigures(PrometheusMetrics metrics) => _metrics = metrics;

    /// <summary>Brings gauges up to date that have a value only when asked.</summary>
    public void Refresh() => _metrics.Refresh();

    /// <summary>A counter or gauge, summed over its series; zero where it has no value yet.</summary>
    public double Total(string name) => _metrics.Families(name).Sum(family => family.Total());

    /// <summary>A histogram's buckets; null where it has no value yet.</summary>
    public BucketCounts? Buckets(string name) =>
        _metrics.Families(name).Select(family => family.Counts()).Aggregate((BucketCounts?)null, (sum, counts) => sum is null ? counts : sum.Plus(counts));
}

/// <summary>How many values fell into each bucket of a histogram.</summary>
/// <param name="Bounds">Upper bounds, ascending; the last bucket has none.</param>
public sealed record BucketCounts(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts)
{
    public BucketCounts Plus(BucketCounts other) => new(Bounds, [.. Counts.Zip(other.Counts, (a, b) => a + b)]);

    public BucketCounts Minus(BucketCounts? before) => before is null ? this : new(Bounds, [.. Counts.Zip(before.Counts, (now, then) => now - then)]);

    /// <summary>Below what so many of the values lie, drawn straight through the bucket as Prometheus does; null without values.</summary>
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
