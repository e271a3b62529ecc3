using System.Threading.Channels;

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

/// <summary>
/// Group commit: what waits for the database at the same time shares one transaction. Its commit, which syncs the disk, costs once, and a row that all of them
/// want is locked once. Nobody waits for company: a group is what came while the one before it ran. Who fails does not harm the others.
/// </summary>
internal sealed class GroupCommit
{
    // Bounds how long the first of a group waits for the last.
    private const int MaxGroup = 32;
    private readonly Func<IReadOnlyList<GroupedWork>, Task> _commit;
    private readonly Channel<GroupedWork>[] _lanes;

    /// <param name="commit">Runs a group in one transaction and ends each one's <see cref="GroupedWork.Entered"/>; throws where nothing of it was done, or where that is unknown.</param>
    /// <param name="lanes">How many groups run at once. The same order is always in the same lane.</param>
    public GroupCommit(Func<IReadOnlyList<GroupedWork>, Task> commit, int lanes)
    {
        _commit = commit;
        _lanes = [.. Enumerable.Range(0, lanes).Select(_ => Channel.CreateUnbounded<GroupedWork>(new UnboundedChannelOptions { SingleReader = true }))];
        foreach (var lane in _lanes) _ = Task.Run(() => RunAsync(lane.Reader));
    }

    public Task<bool> RunAsync(GroupedWork work)
    {
        _lanes[(uint)work.Order.GetHashCode(StringComparison.Ordinal) % _lanes.Length].Writer.TryWrite(work);
        return work.Entered;
    }

    private async Task RunAsync(ChannelReader<GroupedWork> lane)
    {
        while (await lane.WaitToReadAsync())
        {
            var group = new List<GroupedWork>();
            while (group.Count < MaxGroup && lane.TryRead(out var work))
            {
                if (work.GivenUp) work.GiveUp();
                else group.Add(work);
            }
            group.Sort((one, other) => string.CompareOrdinal(one.Order, other.Order));
            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(IReadOnlyList<GroupedWork> group)
    {
        if (group.Count == 0) return;
        try
        {
            await _commit(group);
        }
        catch (Exception e)
        {
            // Somebody's statements failed: each by itself, as if there were no groups.
            if (group.Count > 1 && group.Any(work => work.Running))
                foreach (var work in group) await CommitAsync([work]);
            else
                foreach (var work in group) work.Fail(e); // the database is away, or nobody knows whether it committed
        }
    }
}
