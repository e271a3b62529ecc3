namespace RealtimeTours.RealtimeHub.Board;

/// <summary>How a new statement stands to the one that is held.</summary>
internal enum Order
{
    Older,
    Newer,

    /// <summary>Neither has a counter and both bear the same time: publishers with a precision of seconds do that. Arrival decides.</summary>
    Tie,

    /// <summary>Only one has a counter and both bear the same time: what is held stays.</summary>
    Undecided,
}

/// <summary>
/// The newest state of one departure and the rule by which it is replaced. Not thread-safe: whoever owns it locks.
/// <c>RedisBoardScripts</c> holds the same rule in Lua; <c>AvailabilityBoardSpecs</c> holds both to it.
/// </summary>
internal sealed class NewestState
{
    /// <summary>How many events with one timestamp are told apart from redeliveries.</summary>
    public const int RememberedEvents = 64;

    /// <summary>How often one owner insists on its order of arrival; then the shared board's counts, or two nodes could contradict each other for ever.</summary>
    public const int MaxObjections = 3;

    // Events seen at the newest timestamp, in order of arrival.
    private readonly List<string> _seen = [];

    // Those of them that the fast path, which keeps the order of publishing, has not brought yet: their place is not known.
    private readonly List<string> _unplaced = [];
    private int _objections;

    public DepartureState? Current { get; private set; }

    /// <returns>The state to show, completed from its predecessor, or null when the statement is not newer.</returns>
    /// <param name="settlesTies">
    /// True for a state read from the shared board: where arrival decides nodes must agree, so the board's order of arrival replaces this node's own.
    /// </param>
    /// <param name="inOrder">True for what the fast path brings: on a tie it comes after what it brought before, whatever else was heard meanwhile.</param>
    public DepartureState? Offer(DepartureState offered, bool settlesTies = false, bool inOrder = false)
    {
        switch (Current is null ? Order.Newer : Compare(offered, Current))
        {
            case Order.Older:
            case Order.Undecided when !settlesTies:
            case Order.Tie when settlesTies ? Current!.EventId == offered.EventId : IsKnown(offered, Current!, inOrder):
                return null;
            case Order.Newer:
                _seen.Clear();
                _unplaced.Clear();
                _objections = 0;
                break;
        }
        if (!_seen.Remove(offered.EventId) && !inOrder) _unplaced.Add(offered.EventId);
        _seen.Add(offered.EventId);
        if (_seen.Count > RememberedEvents)
        {
            _unplaced.Remove(_seen[0]);
            _seen.RemoveAt(0);
        }
        return Current = Current is null ? offered with { Follows = null } : offered.After(Current);
    }

    /// <summary>The state that replaced <paramref name="state"/> at the same timestamp in this owner's order of arrival; null where there is none.</summary>
    public DepartureState? TieAfter(DepartureState state) =>
        Current is not null && Current.EventId != state.EventId && Compare(Current, state) == Order.Tie
        && _seen.Contains(state.EventId) && !_unplaced.Contains(state.EventId) && !_unplaced.Contains(Current.EventId)
            ? Current with { Follows = state.EventId }
            : null;

    /// <summary>As <see cref="TieAfter"/>, for a state that the shared board shows: what to tell the board instead of taking its order.</summary>
    public DepartureState? Objection(DepartureState shown) =>
        _objections < MaxObjections && TieAfter(shown) is { } later && ++_objections > 0 ? later : null;

    private bool IsKnown(DepartureState offered, DepartureState current, bool inOrder)
    {
        if (!_seen.Contains(offered.EventId)) return false;
        if (inOrder && _unplaced.Remove(offered.EventId)) return offered.EventId == current.EventId;
        return offered.Follows != current.EventId;
    }

    /// <summary>Both with a counter: the higher wins. Otherwise the later timestamp. What is equal is not newer.</summary>
    public static Order Compare(DepartureState offered, DepartureState current)
    {
        if (offered.Version is { } newVersion && current.Version is { } oldVersion) return newVersion > oldVersion ? Order.Newer : Order.Older;
        var difference = offered.Timestamp.CompareTo(current.Timestamp);
        if (difference != 0) return difference > 0 ? Order.Newer : Order.Older;
        return offered.Version is null && current.Version is null ? Order.Tie : Order.Undecided;
    }
}
