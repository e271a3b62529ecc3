namespace RealtimeTours.Platform.Storage;

/// <summary>One caller's part of a transaction.</summary>
/// <param name="lockName">See <see cref="Database.TryInTransactionAsync{T}"/>; null for none.</param>
/// <param name="order">Of two that lock rows, the one that stands first runs first: so groups never wait for each other in a circle.</param>
internal sealed class GroupedWork(string? lockName, string order, Func<WriteTransaction, Task> run, CancellationToken cancellationToken)
{
    // Whoever runs it, correlation id and trace are those of the caller.
    private readonly ExecutionContext? _caller = ExecutionContext.Capture();
    private readonly TaskCompletionSource<bool> _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? LockName => lockName;

    public string Order => order;

    public bool GivenUp => cancellationToken.IsCancellationRequested;

    /// <summary>False where somebody else holds the lock. Complete after the commit.</summary>
    public Task<bool> Entered => _entered.Task;

    /// <summary>Its statements are under way, and nothing is committed.</summary>
    public bool Running { get; set; }

    public Task RunAsync(WriteTransaction transaction)
    {
        if (_caller is null) return run(transaction);
        Task running = null!;
        ExecutionContext.Run(_caller, _ => running = run(transaction), null);
        return running;
    }

    public void End(bool entered) => _entered.TrySetResult(entered);

    public void Fail(Exception reason) => _entered.TrySetException(reason);

    public void GiveUp() => _entered.TrySetCanceled(cancellationToken);
}
