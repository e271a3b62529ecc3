namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>The token budget of one supplier: so many calls in any minute, a small burst and then evenly spaced, first come first served.</summary>
internal sealed class CallBudget
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _spacing;
    private readonly TimeSpan _burst;
    private DateTimeOffset _next; // when the next call would be due, were calls evenly spaced

    /// <param name="callsPerMinute">At least 1.</param>
    public CallBudget(int callsPerMinute, TimeProvider time)
    {
        _time = time;
        // A tenth may go at once; the rest is spaced so that the burst and what follows it fit into one minute.
        var burst = Math.Max(1, callsPerMinute / 10);
        _spacing = Window / (callsPerMinute - burst + 1) + TimeSpan.FromTicks(1); // not rounded down
        _burst = _spacing * (burst - 1);
    }

    /// <summary>How long a call would wait now; zero for not at all.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (_lock) return _next - _time.GetUtcNow() - _burst is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <returns>How long to wait before the call may be sent; zero for now.</returns>
    public TimeSpan Reserve()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var due = _next > now ? _next : now;
            _next = due + _spacing;
            var wait = due - _burst - now;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Waits for the next place; a caller that is cancelled leaves its place unused.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Reserve() is var wait && wait > TimeSpan.Zero ? Task.Delay(wait, _time, cancellationToken) : Task.CompletedTask;
}
