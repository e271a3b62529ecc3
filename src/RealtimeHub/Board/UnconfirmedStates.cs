namespace RealtimeTours.RealtimeHub.Board;

/// <summary>States that the shared board has not confirmed. Normally the consumer writes them; if it hangs, any node can offer them.</summary>
internal sealed class UnconfirmedStates(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DepartureKey, (DepartureState State, long Since)> _states = [];

    public void Add(DepartureState state)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(state.Key, out var own)) _states[state.Key] = (state, time.GetTimestamp());
            // Keeps the time of the first change, so that a departure that changes all the time is offered. Threads may arrive out of order.
            else if (NewestState.Compare(own.State, state) != Order.Newer) _states[state.Key] = (state, own.Since);
        }
    }

    /// <summary>The board has this state: own states that are not newer are dropped; a newer one may still be on its way and waits again.</summary>
    public void Confirm(DepartureState onBoard)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(onBoard.Key, out var own)) return;
            if (NewestState.Compare(own.State, onBoard) != Order.Newer) _states.Remove(onBoard.Key);
            else _states[onBoard.Key] = (own.State, time.GetTimestamp());
        }
    }

    /// <summary>Removes and returns the states that have waited at least this long.</summary>
    public List<DepartureState> Take(TimeSpan olderThan)
    {
        lock (_gate)
        {
            var due = _states.Values.Where(own => time.GetElapsedTime(own.Since) >= olderThan).Select(own => own.State).ToList();
            foreach (var state in due) _states.Remove(state.Key);
            return due;
        }
    }

    /// <summary>Takes states back whose offer failed, unless a newer one has come meanwhile.</summary>
    public void PutBack(IEnumerable<DepartureState> states)
    {
        lock (_gate)
            foreach (var state in states) _states.TryAdd(state.Key, (state, 0));
    }
}
