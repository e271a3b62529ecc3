namespace RealtimeTours.RealtimeHub.Board;

/// <summary>
/// The newest state of every departure, from this process's own copy in memory: fed by the fast path, by polling the shared board once a second, and
/// by this process's own commits. Reading it never waits.
/// </summary>
public interface ILiveBoard
{
    /// <summary>Completes when the copy first contains what the shared board knows, or after five seconds.</summary>
    Task Filled { get; }

    /// <summary>False while the shared board does not answer: then nothing repairs what the fast path loses.</summary>
    bool IsCurrent { get; }

    /// <summary>Grows with every change of the tour in this process; 0 for an unknown tour. Ask before <see cref="Read"/>.</summary>
    long ChangeOf(string tourId);

    /// <summary>The tour's departures in no order; empty for an unknown tour.</summary>
    IReadOnlyList<DepartureState> Read(string tourId);
}

internal sealed class LiveBoard(BoardCopy copy, BoardHealth health) : ILiveBoard
{
    public Task Filled => health.PolledOnce;

    public bool IsCurrent => health.Problem is null;

    public long ChangeOf(string tourId) => copy.Find(tourId)?.LastChange ?? 0;

    public IReadOnlyList<DepartureState> Read(string tourId) => copy.Find(tourId)?.States() ?? [];
}
