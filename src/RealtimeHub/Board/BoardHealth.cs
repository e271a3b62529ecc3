namespace RealtimeTours.RealtimeHub.Board;

/// <summary>Whether the shared board answers the poller, and whether it may have lost states (a new epoch).</summary>
internal sealed class BoardHealth
{
    // After this long, a node that starts while Redis or the database is away serves what it has.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _polledOnce = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reconciled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _newEpoch = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _problem = "not read yet";

    public BoardHealth()
    {
        var timeout = Task.Delay(StartTimeout);
        Filled = Task.WhenAny(Task.WhenAll(_polledOnce.Task, _reconciled.Task), timeout);
        PolledOnce = Task.WhenAny(_polledOnce.Task, timeout);
    }

    /// <summary>Completes when the copy first contains what board and database know, or after five seconds. A snapshot waits for it.</summary>
    public Task Filled { get; }

    /// <summary>As <see cref="Filled"/>, without the database: completes when the copy first contains what the board knows.</summary>
    public Task PolledOnce { get; }

    /// <summary>Why the last poll failed; null while the board answers.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public Task NextEpoch => _newEpoch.Task;

    /// <returns>True if the board did not answer before.</returns>
    public bool Reached()
    {
        _polledOnce.TrySetResult();
        return Interlocked.Exchange(ref _problem, null) is not null;
    }

    public void Reconciled() => _reconciled.TrySetResult();

    /// <returns>True if the board answered before.</returns>
    public bool Lost(Exception failure) => Interlocked.Exchange(ref _problem, failure.Message) is null or "not read yet";

    public void NewEpoch()
    {
        var waiting = Interlocked.Exchange(ref _newEpoch, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        waiting.TrySetResult();
    }
}
