namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>Rate limiter (token bucket): a steady rate, plus a burst after a quiet time. Not thread-safe.</summary>
internal sealed class TokenBucket(int perSecond, int burst, TimeProvider time)
{
    private double _left = burst;
    private long _filled = time.GetTimestamp();

    public bool TryTake(long count)
    {
        var now = time.GetTimestamp();
        _left = Math.Min(burst, _left + time.GetElapsedTime(_filled, now).TotalSeconds * perSecond);
        _filled = now;
        if (_left < count) return false;
        _left -= count;
        return true;
    }
}
