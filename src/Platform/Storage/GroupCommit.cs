using System.Threading.Channels;

namespace RealtimeTours.Platform.Storage;

/// <summary>Group commit: works that wait at the same time share a transaction, its fsync and its row locks. None waits for more to come.</summary>
internal sealed class GroupCommit
{
    // Bounds how long the first of a group waits for the last.
    private const int MaxGroup = 32;
    private readonly Func<IReadOnlyList<GroupedWork>, Task> _commit;
    private readonly Channel<GroupedWork>[] _lanes;

    /// <param name="commit">Commits a group and completes each <see cref="GroupedWork.Entered"/>; throws unless it surely committed.</param>
    /// <param name="lanes">The number of concurrent groups. Equal orders are always in the same lane.</param>
    public GroupCommit(Func<IReadOnlyList<GroupedWork>, Task> commit, int lanes)
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
            // A statement failed: each work runs by itself, as without groups.
            if (group.Count > 1 && group.Any(work => work.Running))
                foreach (var work in group) await CommitAsync([work]);
            else
                foreach (var work in group) work.Fail(e); // the database is unavailable, or the commit's outcome unknown
        }
    }
}
