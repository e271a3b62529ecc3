namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>
/// Keeps the calls to one supplier at or below so many in any minute: evenly spaced, after a small burst. Who comes too soon waits, first come first
/// served.
/// </summary>
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
        // A tenth at once, and the rest spaced so that a burst and what follows it still fit into a minute.
        var burst = Math.Max(1, callsPerMinute / 10);
        _spacing = Window / (callsPerMinute - burst + 1) + TimeSpan.FromTicks(1); // not rounded down
        _burst = _spacing * (burst - 1);
    }

    /// <summary>How long a call would have to wait now; zero for not at all.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (_lock) return _next - _time.GetUtcNow() - _burst is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Takes the next free place.</summary>
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

    /// <summary>Waits for the next free place; a caller that gives up leaves its place unused.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Reserve() is var wait && wait > TimeSpan.Zero ? Task.Delay(wait, _time, cancellationToken) : Task.CompletedTask;
}
