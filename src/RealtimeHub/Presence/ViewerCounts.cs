namespace RealtimeTours.RealtimeHub.Presence;

/// <summary>How many look at each tour: a signed-in user counts once, with however many connections; every other connection counts.</summary>
internal sealed class ViewerCounts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, int>> _connections = []; // by tour, then by user
    private HashSet<string> _changed = [];
    private int _total;

    public int Total => Volatile.Read(ref _total);

    public int Of(string tourId)
    {
        lock (_gate) return _connections.TryGetValue(tourId, out var ofTour) ? Count(ofTour) : 0;
    }

    /// <param name="difference">Connections more or less than before.</param>
    public void Add(Viewer viewer, int difference)
    {
        lock (_gate)
        {
            if (!_connections.TryGetValue(viewer.TourId, out var ofTour)) _connections[viewer.TourId] = ofTour = [];
            var before = Count(ofTour);
            var connections = ofTour.GetValueOrDefault(viewer.UserId) + difference;
            if (connections > 0) ofTour[viewer.UserId] = connections;
            else ofTour.Remove(viewer.UserId);
            if (ofTour.Count == 0) _connections.Remove(viewer.TourId);
            if (Count(ofTour) == before) return;
            _total += Count(ofTour) - before;
            _changed.Add(viewer.TourId);
        }
    }

    /// <summary>Tours whose count may have changed since the last call.</summary>
    public IReadOnlyCollection<string> TakeChanged()
    {
        lock (_gate)
        {
            var changed = _changed;
            _changed = [];
            return changed;
        }
    }

    private static int Count(Dictionary<string, int> ofTour) =>
        ofTour.TryGetValue("", out var withoutUser) ? withoutUser + ofTour.Count - 1 : ofTour.Count;
}
