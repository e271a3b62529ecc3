using System.Numerics;

namespace RealtimeTours.LoadTest.Report;

/// <summary>Counts of microseconds in buckets that grow with the value: exact to 1.6 %, 20 KB whatever it counts.</summary>
internal sealed class LatencyHistogram
{
    private const int MantissaBits = 6;
    private const int PerPower = 1 << MantissaBits;

    // The largest value that is told apart is 2^40 µs, 12 days.
    private readonly long[] _buckets = new long[(40 - MantissaBits + 2) * PerPower];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Add(long microseconds)
    {
        var value = Math.Clamp(microseconds, 0, (1L << 40) - 1); // clocks may be set back
        _buckets[BucketOf(value)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    public void Add(LatencyHistogram other)
    {
        for (var index = 0; index < _buckets.Length; index++) _buckets[index] += other._buckets[index];
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <returns>The upper end of the bucket in which the quantile lies, in microseconds; 0 where nothing was counted.</returns>
    public long At(double quantile)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(Count * quantile));
        long passed = 0;
        for (var index = 0; index < _buckets.Length; index++)
        {
            passed += _buckets[index];
            if (passed >= rank) return Math.Min(UpperEnd(index), Max);
        }
        return Max;
    }

    private static int BucketOf(long value)
    {
        if (value < PerPower) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - MantissaBits;
        return (shift + 1) * PerPower + (int)((value >> shift) - PerPower);
    }

    private static long UpperEnd(int bucket)
    {
        if (bucket < PerPower) return bucket;
        var shift = bucket / PerPower - 1;
        return ((long)(bucket % PerPower + PerPower + 1) << shift) - 1;
    }
}
