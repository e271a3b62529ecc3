namespace RealtimeTours.RealtimeHub.Board;

/// <summary>How an offered state compares with the stored one.</summary>
internal enum Order
{
    Older,
    Newer,

    /// <summary>Neither has a version and both have the same time (publishers that write whole seconds). The order of arrival decides.</summary>
    Tie,

    /// <summary>Only one has a version and both have the same time: the stored one stays.</summary>
    Undecided,
}

/// <summary>The newest state of one departure and the rule by which it is replaced, as in <see cref="RedisBoardScripts"/>. The owner locks.</summary>
internal sealed class NewestState
{
    /// <summary>Remembered ids of events with the newest timestamp, to tell another event from a redelivery.</summary>
    public const int RememberedEvents = 64;

    /// <summary>How often a node objects to the board's order of a tie. Without a limit two nodes could correct each other for ever.</summary>
    public const int MaxObjections = 3;

    // Ids of the events at the newest timestamp, in order of arrival.
    private readonly List<string> _seen = [];

    // Those that the fast path, which alone keeps the order of publishing, has not brought yet: their place is not known.
    private readonly List<string> _unplaced = [];
    private int _objections;

    public DepartureState? Current { get; private set; }

    /// <returns>The state to show, with missing fields filled in, or null when the offered one is not newer.</returns>
    /// <param name="settlesTies">True for a state read from the shared board: on a tie its order wins, so that all nodes agree.</param>
    /// <param name="inOrder">True for the fast path: on a tie the state comes after what the fast path brought before.</param>
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

    /// <summary>The state that came after <paramref name="state"/> at the same timestamp, as far as this node knows the order; else null.</summary>
    public DepartureState? TieAfter(DepartureState state) =>
        Current is not null && Current.EventId != state.EventId && Compare(Current, state) == Order.Tie
        && _seen.Contains(state.EventId) && !_unplaced.Contains(state.EventId) && !_unplaced.Contains(Current.EventId)
            ? Current with { Follows = state.EventId }
            : null;

    /// <summary>As <see cref="TieAfter"/>: what to write to the board instead of accepting the state it shows; null to accept it.</summary>
    public DepartureState? Objection(DepartureState shown) =>
        _objections < MaxObjections && TieAfter(shown) is { } later && ++_objections > 0 ? later : null;

    private bool IsKnown(DepartureState offered, DepartureState current, bool inOrder)
    {
        if (!_seen.Contains(offered.EventId)) return false;
        if (inOrder && _unplaced.Remove(offered.EventId)) return offered.EventId == current.EventId;
        return offered.Follows != current.EventId;
    }

    /// <summary>The higher version wins if both have one, else the later timestamp. An equal state is not newer.</summary>
    public static Order Compare(DepartureState offered, DepartureState current)
    {
        if (offered.Version is { } newVersion && current.Version is { } oldVersion) return newVersion > oldVersion ? Order.Newer : Order.Older;
        var difference = offered.Timestamp.CompareTo(current.Timestamp);
        if (difference != 0) return difference > 0 ? Order.Newer : Order.Older;
        return offered.Version is null && current.Version is null ? Order.Tie : Order.Undecided;
    }
}
