namespace RealtimeTours.RealtimeHub.Board;

/// <summary>The newest state of every departure, shared by all processes: in memory, or in Redis.</summary>
public interface IAvailabilityBoard
{
    /// <summary>Offers states; each replaces the stored one if it is newer. Every accepted change gets the next number. Safe to repeat.</summary>
    /// <returns>How many were accepted.</returns>
    Task<int> ApplyAsync(IReadOnlyList<DepartureState> states, CancellationToken cancellationToken = default);

    /// <summary>The departures of some tours, ordered by date. A tour without states has no entry.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<DepartureState>>> ReadAsync(
        IReadOnlyCollection<string> tourIds, CancellationToken cancellationToken = default);

    /// <summary>The newest states of departures that changed after a position, oldest change first; all of them in a new epoch.</summary>
    /// <param name="limit">At most this many; <see cref="BoardChanges.More"/> tells whether there are more.</param>
    Task<BoardChanges> ChangesSinceAsync(BoardPosition position, int limit, CancellationToken cancellationToken = default);
}

/// <param name="Epoch">Changes when the board may have lost states: Redis was emptied, restarted or replaced. Example: docs/glossary.md.</param>
/// <param name="Number">The number of the last change that was read.</param>
public sealed record BoardPosition(string Epoch, long Number)
{
    public static readonly BoardPosition Beginning = new("", 0);
}

public sealed record BoardChanges(BoardPosition Position, IReadOnlyList<DepartureState> States, bool More);
