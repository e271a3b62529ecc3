namespace RealtimeTours.RealtimeHub.Board;

/// <summary>The board where the whole system runs in one process.</summary>
internal sealed class MemoryAvailabilityBoard : IAvailabilityBoard
{
    private readonly Lock _gate = new();
    private readonly string _epoch = Guid.NewGuid().ToString("N");
    private readonly Dictionary<string, Dictionary<DepartureKey, Slot>> _tours = [];

    // Changes in order. Each departure is in it once, so it does not grow with the number of changes.
    private readonly SortedDictionary<long, Slot> _changes = [];
    private long _lastNumber;

    public Task<int> ApplyAsync(IReadOnlyList<DepartureState> states, CancellationToken cancellationToken = default)
    {
        var accepted = 0;
        lock (_gate)
        {
            foreach (var state in states)
            {
                var slot = Find(state.Key);
                if (slot.Newest.Offer(state) is null) continue;
                _changes.Remove(slot.Number);
                slot.Number = ++_lastNumber;
                _changes.Add(slot.Number, slot);
                accepted++;
            }
        }
        return Task.FromResult(accepted);
    }

    public Task<IReadOnlyDictionary<string, IReadOnlyList<DepartureState>>> ReadAsync(
        IReadOnlyCollection<string> tourIds, CancellationToken cancellationToken = default)
    {
        var found = new Dictionary<string, IReadOnlyList<DepartureState>>();
        lock (_gate)
        {
            foreach (var tourId in tourIds)
                if (_tours.TryGetValue(tourId, out var departures))
                    found[tourId] = departures.Values.Select(slot => slot.Newest.Current!).OrderBy(state => state.Date).ToArray();
        }
        return Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<DepartureState>>>(found);
    }

    public Task<BoardChanges> ChangesSinceAsync(BoardPosition position, int limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var since = position.Epoch == _epoch ? position.Number : 0;
            if (since == _lastNumber) return Task.FromResult(new BoardChanges(new(_epoch, since), [], More: false));
            var slots = _changes.Values.Where(slot => slot.Number > since).Take(limit + 1).ToArray();
            var page = slots.Take(limit).ToArray();
            var last = page.Length > 0 ? page[^1].Number : since;
            return Task.FromResult(new BoardChanges(new(_epoch, last), page.Select(slot => slot.Newest.Current!).ToArray(), slots.Length > limit));
        }
    }

    private Slot Find(DepartureKey key)
    {
        if (!_tours.TryGetValue(key.TourId, out var departures)) _tours[key.TourId] = departures = [];
        if (!departures.TryGetValue(key, out var slot)) departures[key] = slot = new Slot();
        return slot;
    }

    private sealed class Slot
    {
        public NewestState Newest { get; } = new();

        public long Number { get; set; }
    }
}
