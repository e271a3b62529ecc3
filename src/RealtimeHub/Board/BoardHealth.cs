namespace RealtimeTours.RealtimeHub.Board;

/// <summary>What the follower knows of the shared board: whether it answers, and that it may have lost states.</summary>
internal sealed class BoardHealth
{
    // A node that starts while Redis or the database is away shows what it has after this long.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _followed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reconciled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _newEpoch = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _problem = "not read yet";

    public BoardHealth()
    {
        var timeout = Task.Delay(StartTimeout);
        Filled = Task.WhenAny(Task.WhenAll(_followed.Task, _reconciled.Task), timeout);
        Followed = Task.WhenAny(_followed.Task, timeout);
    }

    /// <summary>
    /// Completes when this node's copy first holds what board and database know, or after five seconds. A snapshot given earlier would say that a
    /// known tour has no departures.
    /// </summary>
    public Task Filled { get; }

    /// <summary>As <see cref="Filled"/>, for who asks the database itself: completes when the copy first holds what the board knows.</summary>
    public Task Followed { get; }

    /// <summary>Null while the board answers.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Completes at the next <see cref="NewEpoch"/>.</summary>
    public Task NextEpoch => _newEpoch.Task;

    /// <returns>Whether it did not answer before.</returns>
    public bool Reached()
    {
        _followed.TrySetResult();
        return Interlocked.Exchange(ref _problem, null) is not null;
    }

    /// <summary>The database's figures are in this node's copy and on the board.</summary>
    public void Reconciled() => _reconciled.TrySetResult();

    /// <returns>Whether it answered before.</returns>
    public bool Lost(Exception failure) => Interlocked.Exchange(ref _problem, failure.Message) is null or "not read yet";

    public void NewEpoch()
    {
        var waiting = Interlocked.Exchange(ref _newEpoch, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        waiting.TrySetResult();
    }
}
