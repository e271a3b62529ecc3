namespace RealtimeTours.RealtimeHub.Board;

/// <summary>
/// The newest state of every departure as this process knows it: its own copy in memory, fed like every hub node's by the fast path, by the shared board
/// once a second, and by what this process commits itself. Reading it waits for nobody.
/// </summary>
public interface ILiveBoard
{
    /// <summary>Completes when the copy first holds what the shared board knows, or after five seconds.</summary>
    Task Filled { get; }

    /// <summary>False while the shared board does not answer: then nothing makes up for what the fast path loses.</summary>
    bool IsFollowing { get; }

    /// <summary>Grows with every change of the tour in this process; 0 for a tour nobody has spoken of. Ask before <see cref="Read"/>.</summary>
    long ChangeOf(string tourId);

    /// <summary>The tour's departures in no order; empty for a tour nobody has spoken of.</summary>
    IReadOnlyList<DepartureState> Read(string tourId);
}

internal sealed class LiveBoard(BoardCopy copy, BoardHealth health) : ILiveBoard
{
    public Task Filled => health.Followed;

    public bool IsFollowing => health.Problem is null;

    public long ChangeOf(string tourId) => copy.Find(tourId)?.LastChange ?? 0;

    public IReadOnlyList<DepartureState> Read(string tourId) => copy.Find(tourId)?.States() ?? [];
}
