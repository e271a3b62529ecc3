using RealtimeTours.Contracts.Hub;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>The departures of one tour on this node. Changes are numbered, so one number per watcher tells what it has been sent.</summary>
internal sealed class TourCopy(string tourId)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DepartureKey, LinkedListNode<Departure>> _departures = [];

    // Last changed first: a reader walks only the departures that are newer than its number.
    private readonly LinkedList<Departure> _byChange = [];
    private long _lastChange;

    public string TourId => tourId;

    /// <summary>The number of the last change. A read that starts later includes it.</summary>
    public long LastChange => Volatile.Read(ref _lastChange);

    public bool Apply(DepartureState state, bool settlesTies, bool inOrder)
    {
        lock (_gate)
        {
            if (!_departures.TryGetValue(state.Key, out var node))
                _departures[state.Key] = node = new LinkedListNode<Departure>(new Departure());
            if (node.Value.Newest.Offer(state, settlesTies, inOrder) is not { } newest) return false;
            if (node.List is not null) _byChange.Remove(node);
            _byChange.AddFirst(node);
            node.Value.Shown = new ShownDeparture(Show(newest, node.Value.Shown?.Update.Version), ++_lastChange);
            return true;
        }
    }

    /// <inheritdoc cref="NewestState.TieAfter"/>
    public DepartureState? TieAfter(DepartureState state)
    {
        lock (_gate) return _departures.GetValueOrDefault(state.Key)?.Value.Newest.TieAfter(state);
    }

    /// <inheritdoc cref="NewestState.Objection"/>
    public DepartureState? Objection(DepartureState shown)
    {
        lock (_gate) return _departures.GetValueOrDefault(shown.Key)?.Value.Newest.Objection(shown);
    }

    /// <summary>Adds the departures that changed after <paramref name="given"/>, oldest change first. Returns the number for next time.</summary>
    public long CollectSince(long given, List<ShownDeparture> into)
    {
        lock (_gate)
        {
            var start = into.Count;
            for (var node = _byChange.First; node?.Value.Shown is { } shown && shown.Change > given; node = node.Next) into.Add(shown);
            into.Reverse(start, into.Count - start);
            return _lastChange;
        }
    }

    public DepartureState[] States()
    {
        lock (_gate) return _byChange.Select(departure => departure.Newest.Current!).ToArray();
    }

    // The version that clients see grows even where a publisher with versions alternates with one that has only timestamps.
    private static AvailabilityUpdate Show(DepartureState state, long? previous) => new(
        state.TourId, state.Date?.ToUniversalTime(), state.AvailableSpots, state.PreviousSpots, state.Capacity, state.Status,
        previous is { } shown ? Math.Max(state.NaturalVersion, shown + 1) : state.NaturalVersion,
        state.Source, state.Timestamp.ToUniversalTime());

    private sealed class Departure
    {
        public NewestState Newest { get; } = new();

        public ShownDeparture? Shown { get; set; }
    }
}
