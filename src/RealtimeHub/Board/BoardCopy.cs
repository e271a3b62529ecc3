using System.Collections.Concurrent;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>This node's copy of the board: what snapshots are read from. Both paths feed it; only what is newer is passed on to the watchers.</summary>
internal sealed class BoardCopy
{
    private readonly ConcurrentDictionary<string, TourCopy> _tours = new();

    /// <summary>A tour has a newer state than before. Called on the thread that applied it.</summary>
    public event Action<string>? Changed;

    /// <summary>What the shared board does not have yet, as far as this node knows.</summary>
    public UnconfirmedStates Unconfirmed { get; } = new(TimeProvider.System);

    /// <returns>Whether the state was newer.</returns>
    /// <param name="fromBoard">It was read from the shared board, which settles ties: see <see cref="NewestState.Offer"/>.</param>
    /// <param name="inOrder">See <see cref="NewestState.Offer"/>.</param>
    public bool Apply(DepartureState state, bool fromBoard = false, bool inOrder = false)
    {
        var newer = _tours.GetOrAdd(state.TourId, static id => new TourCopy(id)).Apply(state, settlesTies: fromBoard, inOrder);
        if (fromBoard) Unconfirmed.Confirm(state);
        else if (newer) Unconfirmed.Add(state);
        if (newer) Changed?.Invoke(state.TourId);
        return newer;
    }

    /// <summary>Null for a tour nobody has spoken of.</summary>
    public TourCopy? Find(string tourId) => _tours.GetValueOrDefault(tourId);

    /// <summary>Everything this node knows.</summary>
    public IEnumerable<DepartureState> States() => _tours.Values.SelectMany(tour => tour.States());
}
