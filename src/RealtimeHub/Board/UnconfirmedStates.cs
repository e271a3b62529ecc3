namespace RealtimeTours.RealtimeHub.Board;

/// <summary>
/// What this node shows and has not yet seen on the shared board. Normally the consumer brings it there at once; where it cannot (its node hangs, Redis was
/// away and the retry waits) any node that heard the event does.
/// </summary>
internal sealed class UnconfirmedStates(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DepartureKey, (DepartureState State, long Since)> _states = [];

    public void Add(DepartureState state)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(state.Key, out var own)) _states[state.Key] = (state, time.GetTimestamp());
            // A departure that changes all the time waits from its first change on. Threads may arrive here in another order than at the copy.
            else if (NewestState.Compare(own.State, state) != Order.Newer) _states[state.Key] = (state, own.Since);
        }
    }

    /// <summary>The board has this state now: what is not newer need not be offered, what is newer may be on its way.</summary>
    public void Confirm(DepartureState onBoard)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(onBoard.Key, out var own)) return;
            if (NewestState.Compare(own.State, onBoard) != Order.Newer) _states.Remove(onBoard.Key);
            else _states[onBoard.Key] = (own.State, time.GetTimestamp());
        }
    }

    /// <summary>Those that wait longer than that, each once.</summary>
    public List<DepartureState> Take(TimeSpan olderThan)
    {
        lock (_gate)
        {
            var due = _states.Values.Where(own => time.GetElapsedTime(own.Since) >= olderThan).Select(own => own.State).ToList();
            foreach (var state in due) _states.Remove(state.Key);
            return due;
        }
    }

    /// <summary>The offer failed: it is made again, unless something newer has come meanwhile.</summary>
    public void PutBack(IEnumerable<DepartureState> states)
    {
        lock (_gate)
            foreach (var state in states) _states.TryAdd(state.Key, (state, 0));
    }
}
