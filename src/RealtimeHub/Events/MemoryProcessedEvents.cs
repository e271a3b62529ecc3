using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.RealtimeHub.Events;

internal sealed class MemoryProcessedEvents(PlatformSettings settings, TimeProvider time) : IProcessedEvents
{
    /// <summary>With more than this many the oldest are forgotten before they expire.</summary>
    public const int Capacity = 100_000;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _underWay = [];
    private readonly HashSet<string> _done = [];
    private readonly Queue<(string EventId, DateTimeOffset Until)> _byAge = new();
    private readonly Dictionary<string, string> _positions = [];
    private readonly Queue<string> _subjectsByAge = new();

    public async Task RunOnceAsync(string eventId, Func<Task> effect, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Forget();
            if (_done.Contains(eventId)) return;
            if (!_underWay.Add(eventId)) throw new EventBeingHandledException(eventId);
        }
        var succeeded = false;
        try
        {
            await effect();
            succeeded = true;
        }
        finally
        {
            lock (_gate)
            {
                _underWay.Remove(eventId);
                if (succeeded && _done.Add(eventId)) _byAge.Enqueue((eventId, time.GetUtcNow() + settings.ProcessedEventMemory));
            }
        }
    }

    public Task<bool> TryAdvanceAsync(string subject, string position)
    {
        lock (_gate)
        {
            if (!_positions.TryGetValue(subject, out var last)) _subjectsByAge.Enqueue(subject);
            else if (string.CompareOrdinal(last, position) > 0) return Task.FromResult(false);
            _positions[subject] = position;
            if (_subjectsByAge.Count > Capacity) _positions.Remove(_subjectsByAge.Dequeue());
            return Task.FromResult(true);
        }
    }

    private void Forget()
    {
        while (_byAge.TryPeek(out var oldest) && (oldest.Until <= time.GetUtcNow() || _byAge.Count > Capacity))
            _done.Remove(_byAge.Dequeue().EventId);
    }
}
