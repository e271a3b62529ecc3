using System.Collections.Concurrent;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>This node's copy of the board, fed by the fast and the durable path. Only newer states are passed on to watchers.</summary>
internal sealed class BoardCopy
{
    private readonly ConcurrentDictionary<string, TourCopy> _tours = new();

    /// <summary>Raised when a tour has a newer state, on the thread that applied it.</summary>
    public event Action<string>? Changed;

    /// <summary>States that the shared board does not have yet, as far as this node knows.</summary>
    public UnconfirmedStates Unconfirmed { get; } = new(TimeProvider.System);

    /// <param name="fromBoard">The state was read from the shared board, whose order settles ties: see <see cref="NewestState.Offer"/>.</param>
    /// <param name="inOrder">See <see cref="NewestState.Offer"/>.</param>
    public bool Apply(DepartureState state, bool fromBoard = false, bool inOrder = false)
    {
        var newer = _tours.GetOrAdd(state.TourId, static id => new TourCopy(id)).Apply(state, settlesTies: fromBoard, inOrder);
        if (fromBoard) Unconfirmed.Confirm(state);
        else if (newer) Unconfirmed.Add(state);
        if (newer) Changed?.Invoke(state.TourId);
        return newer;
    }

    /// <summary>Null for a tour that no event and no row has named.</summary>
    public TourCopy? Find(string tourId) => _tours.GetValueOrDefault(tourId);

    public IEnumerable<DepartureState> States() => _tours.Values.SelectMany(tour => tour.States());
}
