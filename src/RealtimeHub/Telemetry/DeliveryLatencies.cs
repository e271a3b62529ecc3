using System.Diagnostics.Metrics;

namespace RealtimeTours.RealtimeHub.Telemetry;

/// <summary>Counts deliveries by latency, per core and without a lock: OpenTelemetry's histogram has one, so it is filled in batches.</summary>
internal sealed class DeliveryLatencies
{
    // Seconds: from a hop inside the process, over the throttle's interval (0.1), to a client that is far behind.
    private static readonly double[] Bounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10];
    private static readonly long[] BoundTicks = [.. Bounds.Select(bound => (long)Math.Round(bound * TimeSpan.TicksPerSecond)), long.MaxValue];
    private static readonly int Buckets = BoundTicks.Length;

    // A core's stripe: the buckets' counts, then their sums of ticks, then padding, so that no two cores share a cache line (false sharing).
    private static readonly int Stripe = 2 * Buckets + 16;
    private static readonly int Cores = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount);

    private readonly long[] _stripes = new long[Cores * Stripe];
    private readonly Histogram<double> _histogram;
    private readonly Lock _gate = new();
    private readonly long[] _given = new long[2 * Buckets];

    public DeliveryLatencies(Meter meter) => _histogram = meter.CreateHistogram(
        "hub.event_to_socket", "s", "From the event's timestamp to the write to a connection",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });

    public BucketCounts Counts => new(Bounds, Read()[..Buckets]);

    /// <param name="latency">A negative latency, where the publisher's clock is ahead of ours, counts as zero.</param>
    public void Add(TimeSpan latency)
    {
        var ticks = Math.Max(0, latency.Ticks);
        var bucket = 0;
        while (ticks > BoundTicks[bucket]) bucket++;
        // A thread may be moved to another core between these lines: then two threads write to one stripe, which is slower but correct.
        var at = (Thread.GetCurrentProcessorId() & (Cores - 1)) * Stripe + bucket;
        Interlocked.Add(ref _stripes[at + Buckets], ticks);
        Interlocked.Increment(ref _stripes[at]);
    }

    /// <summary>Fills the histogram with each bucket's average: counts stay exact. Call it every few seconds: it costs time per delivery.</summary>
    /// <returns>How many deliveries the histogram has now.</returns>
    public long Collect()
    {
        lock (_gate)
        {
            var now = Read();
            for (var bucket = 0; bucket < Buckets; bucket++)
            {
                var count = now[bucket] - _given[bucket];
                if (count == 0) continue;
                // Sums are read after counts and may be ahead. The average stays in its bucket; what is left goes to the next call.
                var average = Math.Clamp(
                    (now[Buckets + bucket] - _given[Buckets + bucket]) / count, bucket == 0 ? 0 : BoundTicks[bucket - 1] + 1, BoundTicks[bucket]);
                _given[bucket] = now[bucket];
                _given[Buckets + bucket] += average * count;
                for (; count > 0; count--) _histogram.Record((double)average / TimeSpan.TicksPerSecond);
            }
            return now[..Buckets].Sum();
        }
    }

    private long[] Read()
    {
        var sums = new long[2 * Buckets];
        for (var core = 0; core < Cores; core++)
            for (var i = 0; i < sums.Length; i++) sums[i] += Volatile.Read(ref _stripes[core * Stripe + i]);
        return sums;
    }
}
