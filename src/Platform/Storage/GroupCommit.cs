using System.Threading.Channels;

namespace RealtimeTours.Platform.Storage;

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
