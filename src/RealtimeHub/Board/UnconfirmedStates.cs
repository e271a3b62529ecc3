namespace RealtimeTours.RealtimeHub.Board;

/// <summary>
/// States that the shared board has not confirmed. Normally the consumer writes them; if it hangs or works off a backlog, any node can offer them.
/// </summary>
internal sealed class UnconfirmedStates(TimeProvider time)
{
    // States that arrive together wait together: one entry instead of thousands in a storm.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(100);
    private const int MaxEntries = 16;

    private readonly Lock _gate = new();

    // Oldest first. When the board confirms some, the others have waited as long as before: a board that moves but stays behind is overdue.
    private readonly Dictionary<DepartureKey, List<(DepartureState State, long Since)>> _states = [];

    public void Add(DepartureState state)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(state.Key, out var own)) _states[state.Key] = own = [];
            else if (NewestState.Compare(own[^1].State, state) == Order.Newer) return; // threads may arrive out of order
            var now = time.GetTimestamp();
            if (own.Count > 0 && (own.Count == MaxEntries || time.GetElapsedTime(own[^1].Since, now) < Together)) own[^1] = (state, own[^1].Since);
            else own.Add((state, now));
        }
    }

    /// <summary>The board has this state: own states that are not newer are dropped.</summary>
    public void Confirm(DepartureState onBoard)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(onBoard.Key, out var own)) return;
            own.RemoveAll(each => NewestState.Compare(each.State, onBoard) != Order.Newer);
            if (own.Count == 0) _states.Remove(onBoard.Key);
        }
    }

    /// <summary>Removes the departures with a state that has waited at least this long, and returns the newest of each.</summary>
    public List<DepartureState> Take(TimeSpan olderThan)
    {
        lock (_gate)
        {
            var due = _states.Values.Where(own => time.GetElapsedTime(own[0].Since) >= olderThan).Select(own => own[^1].State).ToList();
            foreach (var state in due) _states.Remove(state.Key);
            return due;
        }
    }

    /// <summary>Takes states back whose offer failed, unless a newer one has come meanwhile.</summary>
    public void PutBack(IEnumerable<DepartureState> states)
    {
        lock (_gate)
            foreach (var state in states) _states.TryAdd(state.Key, [(state, 0)]);
    }
}
