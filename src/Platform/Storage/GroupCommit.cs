using System.Threading.Channels;

namespace RealtimeTours.Platform.Storage;

/// <summary>Group commit: works that wait at the same time share a transaction, its fsync and its row locks. None waits for more to come.</summary>
/// <remarks>Works whose row somebody else keeps locked leave their lane: the other rows' works do not wait for them.</remarks>
internal sealed class GroupCommit
{
    // Bounds how long the first of a group waits for the last.
    private const int MaxGroup = 32;

    // Each side group has a connection while it waits for its row.
    private const int MaxSideGroups = 8;

    private readonly Func<IReadOnlyList<GroupedWork>, LockWait, Task> _commit;
    private readonly Channel<GroupedWork>[] _lanes;
    private readonly SemaphoreSlim _sidePlaces = new(MaxSideGroups);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<GroupedWork>> _locked = new(StringComparer.Ordinal); // by order

    /// <param name="commit">Commits a group and completes each <see cref="GroupedWork.Entered"/>; throws unless it surely committed.</param>
    /// <param name="lanes">The number of concurrent groups. Equal orders are always in the same lane.</param>
    public GroupCommit(Func<IReadOnlyList<GroupedWork>, LockWait, Task> commit, int lanes)
    {
        _commit = commit;
        _lanes =
            [.. Enumerable.Range(0, lanes).Select(_ => Channel.CreateUnbounded<GroupedWork>(new UnboundedChannelOptions { SingleReader = true }))];
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
                if (!TryEnqueueAside(work)) group.Add(work);
            group.Sort((one, other) => string.CompareOrdinal(one.Order, other.Order));
            await CommitAsync(group, LockWait.Short);
        }
    }

    private async Task CommitAsync(IReadOnlyList<GroupedWork> works, LockWait wait)
    {
        var group = Waiting(works);
        if (group.Count == 0) return;
        try
        {
            await _commit(group, wait);
        }
        catch (Exception e)
        {
            await AfterFailureAsync(group, wait, e);
        }
    }

    private async Task AfterFailureAsync(IReadOnlyList<GroupedWork> group, LockWait wait, Exception failure)
    {
        var nothingCommitted = group.Any(work => work.Running);
        var locked = group.Where(work => work.MetLock).Select(work => work.Order).ToHashSet(StringComparer.Ordinal);
        if (wait == LockWait.Short && locked.Count > 0)
        {
            foreach (var work in group.Where(work => locked.Contains(work.Order))) MoveAside(work);
            await CommitAsync([.. group.Where(work => !locked.Contains(work.Order))], wait);
        }
        else if (nothingCommitted && group.Any(work => work.GivenUp)) await CommitAsync(group, wait); // now without those who left
        // A statement failed: each work runs by itself, as without groups. Those of a locked row would each wait as long again.
        else if (nothingCommitted && group.Count > 1 && locked.Count == 0)
            foreach (var work in group) await CommitAsync([work], wait);
        else
            foreach (var work in group) work.Fail(failure); // or the database is unavailable, or the commit's outcome unknown
    }

    private bool TryEnqueueAside(GroupedWork work)
    {
        lock (_gate)
        {
            if (!_locked.TryGetValue(work.Order, out var queue)) return false;
            queue.Enqueue(work);
            return true;
        }
    }

    private void MoveAside(GroupedWork work)
    {
        work.MetLock = false;
        if (TryEnqueueAside(work)) return; // only the work's own lane adds its order, so nobody else does in between
        lock (_gate) _locked[work.Order] = new Queue<GroupedWork>([work]);
        _ = Task.Run(() => RunAsideAsync(work.Order));
    }

    private async Task RunAsideAsync(string order)
    {
        while (TakeAside(order) is { Count: > 0 } group)
        {
            await _sidePlaces.WaitAsync();
            try
            {
                await CommitAsync(group, LockWait.Long);
            }
            finally
            {
                _sidePlaces.Release();
            }
        }
    }

    // When none is left, the order is its lane's again.
    private List<GroupedWork> TakeAside(string order)
    {
        var group = new List<GroupedWork>();
        lock (_gate)
        {
            var queue = _locked[order];
            while (group.Count < MaxGroup && queue.TryDequeue(out var work)) group.Add(work);
            if (group.Count == 0) _locked.Remove(order);
        }
        return group;
    }

    // Without those whose caller has left.
    private static IReadOnlyList<GroupedWork> Waiting(IReadOnlyList<GroupedWork> works)
    {
        foreach (var work in works)
            if (work.GivenUp) work.GiveUp();
        return [.. works.Where(work => !work.Entered.IsCompleted)];
    }
}
