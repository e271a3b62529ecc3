using System.Collections.Concurrent;

namespace RealtimeTours.RealtimeHub.Nodes;

internal sealed class MemoryNodeStatus(TimeProvider time) : INodeStatus
{
    private readonly ConcurrentDictionary<string, (NodeStatus Status, long At)> _nodes = new();

    public Task ReportAsync(NodeStatus status, CancellationToken cancellationToken)
    {
        _nodes[status.Node] = (status, time.GetTimestamp());
        return Task.CompletedTask;
    }

    public Task LeaveAsync(string node)
    {
        _nodes.TryRemove(node, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<NodeStatus>> AllAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NodeStatus>>(
        [.. _nodes.Values.Where(node => time.GetElapsedTime(node.At) < NodeStatus.Lifetime).Select(node => node.Status)
            .OrderBy(status => status.Node, StringComparer.Ordinal)]);
}
