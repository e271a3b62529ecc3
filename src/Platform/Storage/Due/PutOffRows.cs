using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.Platform.Storage.Due;

/// <summary>Failed rows and their next try, in this process's memory: for tables without a column for it.</summary>
internal sealed class PutOffRows<TRow>(TimeProvider time) where TRow : notnull
{
    // More rows fail only if everything does.
    private const int Most = 10_000;
    private static readonly Backoff Backoff = new(First: TimeSpan.FromSeconds(1), Longest: TimeSpan.FromMinutes(5)) { Jitter = 0.2 };

    private readonly Lock _gate = new();
    private readonly Dictionary<TRow, Wait> _waiting = [];

    public int Count
    {
        get { lock (_gate) return _waiting.Count; }
    }

    public bool Contains(TRow row)
    {
        lock (_gate) return _waiting.TryGetValue(row, out var wait) && time.GetElapsedTime(wait.Since) < wait.For;
    }

    public void Add(TRow row)
    {
        lock (_gate)
        {
            var failures = _waiting.TryGetValue(row, out var before) ? before.Failures + 1 : 0;
            if (_waiting.Count < Most || failures > 0) _waiting[row] = new Wait(time.GetTimestamp(), Backoff.After(failures), failures);
        }
    }

    public void Remove(TRow row)
    {
        lock (_gate) _waiting.Remove(row);
    }

    /// <summary>Removes rows whose next try is long past: another process has handled them.</summary>
    public void Prune()
    {
        lock (_gate)
            foreach (var (row, wait) in _waiting)
                if (time.GetElapsedTime(wait.Since) > wait.For + Backoff.Longest) _waiting.Remove(row);
    }

    private sealed record Wait(long Since, TimeSpan For, int Failures);
}
