namespace RealtimeTours.RealtimeHub.Board;

/// <summary>The newest state of every departure, shared by all processes: in memory, or in Redis.</summary>
public interface IAvailabilityBoard
{
    /// <summary>Offers states; each replaces what is there if it is newer. Every accepted change gets the next number. Safe to repeat.</summary>
    /// <returns>How many were accepted.</returns>
    Task<int> ApplyAsync(IReadOnlyList<DepartureState> states, CancellationToken cancellationToken = default);

    /// <summary>The departures of some tours, ordered by date. A tour nobody spoke of has no entry.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<DepartureState>>> ReadAsync(
        IReadOnlyCollection<string> tourIds, CancellationToken cancellationToken = default);

    /// <summary>What changed after a position, oldest change first; each departure once, in its newest state. From the beginning where the epoch is another.</summary>
    /// <param name="limit">At most this many; <see cref="BoardChanges.More"/> tells whether to ask on.</param>
    Task<BoardChanges> ChangesSinceAsync(BoardPosition position, int limit, CancellationToken cancellationToken = default);
}

/// <param name="Epoch">Changes when the board may have lost something: it was emptied, restarted or taken over by a replica.</param>
/// <param name="Number">The last change that was read.</param>
public sealed record BoardPosition(string Epoch, long Number)
{
    public static readonly BoardPosition Beginning = new("", 0);
}

public sealed record BoardChanges(BoardPosition Position, IReadOnlyList<DepartureState> States, bool More);
