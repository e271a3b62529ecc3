namespace RealtimeTours.Platform.Storage;

/// <param name="lockName">See <see cref="Database.TryInTransactionAsync{T}"/>; null for none.</param>
/// <param name="order">Works run sorted by it: all groups lock rows in one order, which prevents deadlocks.</param>
internal sealed class GroupedWork(string? lockName, string order, Func<WriteTransaction, Task> run, CancellationToken cancellationToken)
{
    // The caller's correlation id and trace, whichever thread runs it.
    private readonly ExecutionContext? _caller = ExecutionContext.Capture();
    private readonly TaskCompletionSource<bool> _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? LockName => lockName;

    public string Order => order;

    public bool GivenUp => cancellationToken.IsCancellationRequested;

    /// <summary>False if another process has the lock. Completes after the commit.</summary>
    public Task<bool> Entered => _entered.Task;

    /// <summary>Its statements have started, and nothing is committed.</summary>
    public bool Running { get; set; }

    /// <summary>Its transaction waited in vain for a row that another one has locked; the row may be this work's.</summary>
    public bool MetLock { get; set; }

    public void ThrowIfGivenUp() => cancellationToken.ThrowIfCancellationRequested();

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
