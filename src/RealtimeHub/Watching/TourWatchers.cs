namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>The watchers of one tour on this node, and the tour's brake: the first change at once, further ones at most every interval.</summary>
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

    /// <summary>The watchers right now.</summary>
    public TourWatch[] Current
    {
        get { lock (_gate) return _array ??= [.. _watches]; }
    }

    /// <returns>False when the last watcher has left meanwhile and this instance is no longer in use.</returns>
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

    /// <summary>The tour changed.</summary>
    public void Changed()
    {
        lock (_gate)
        {
            if (_due || _closed) return;
            var now = time.GetTimestamp();
            // A tenth early is on time: who publishes once per interval, give or take a little, is never held back.
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
            // Counted from when it should have been: timers wake late, and that must not add up.
            _next = Math.Max(time.GetTimestamp() - _interval, _next) + _interval;
        }
        flush(this);
    }
}
