namespace RealtimeTours.RealtimeHub.Presence;

internal sealed class ViewerCounts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _counts = [];
    private HashSet<string> _changed = [];

    public int Total
    {
        get { lock (_gate) return _counts.Values.Sum(); }
    }

    public int Of(string tourId)
    {
        lock (_gate) return _counts.GetValueOrDefault(tourId);
    }

    public void Add(string tourId, int difference)
    {
        lock (_gate)
        {
            var count = _counts.GetValueOrDefault(tourId) + difference;
            if (count > 0) _counts[tourId] = count;
            else _counts.Remove(tourId);
            _changed.Add(tourId);
        }
    }

    /// <summary>The counts that changed since the last call; 0 for a tour without viewers.</summary>
    public Dictionary<string, int> TakeChanged()
    {
        lock (_gate)
        {
            var changed = _changed.ToDictionary(id => id, id => _counts.GetValueOrDefault(id));
            _changed = [];
            return changed;
        }
    }

    public Dictionary<string, int> All()
    {
        lock (_gate) return new(_counts);
    }
}
