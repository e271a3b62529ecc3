namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>So many a second, and so many at once after a quiet time. For one thread at a time.</summary>
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
