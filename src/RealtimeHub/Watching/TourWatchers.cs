namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>One tour's watchers on this node, and its throttle: the first change at once, further ones at most once per interval.</summary>
internal sealed class TourWatchers(TimeProvider time, TimeSpan interval, Action<TourWatchers> flush) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<TourWatch> _watches = [];
    private readonly long _interval = (long)(interval.TotalSeconds * time.TimestampFrequency);
    private TourWatch[]? _array;
    private ITimer? _timer;
    private long _next;
    private bool _due;
    private bool _closed;

    public TourWatch[] Current
    {
        get { lock (_gate) return _array ??= [.. _watches]; }
    }

    /// <returns>False when the last watcher has just left and this instance is no longer used.</returns>
    public bool TryAdd(TourWatch watch)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _watches.Add(watch);
            _array = null;
            return true;
        }
    }

    /// <returns>True when it was the last one; then this instance is closed.</returns>
    public bool RemoveLast(TourWatch watch)
    {
        lock (_gate)
        {
            _watches.Remove(watch);
            _array = null;
            return _closed = _watches.Count == 0;
        }
    }

    public void Changed()
    {
        lock (_gate)
        {
            if (_due || _closed) return;
            var now = time.GetTimestamp();
            // A tolerance of a tenth: a publisher that sends about once per interval is never delayed.
            if (_next - now > _interval / 10)
            {
                _due = true;
                _timer ??= time.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(time.GetElapsedTime(now, _next), Timeout.InfiniteTimeSpan);
                return;
            }
            _next = Math.Max(now, _next) + _interval;
        }
        flush(this);
    }

    public void Dispose()
    {
        lock (_gate) _timer?.Dispose();
    }

    private void Release()
    {
        lock (_gate)
        {
            _due = false;
            // Counted from the due time, because timers fire late.
            _next = Math.Max(time.GetTimestamp() - _interval, _next) + _interval;
        }
        flush(this);
    }
}
