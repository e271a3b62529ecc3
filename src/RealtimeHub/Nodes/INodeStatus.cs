namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>The last report of every running hub node: of this process, or of all nodes through Redis.</summary>
public interface INodeStatus
{
    /// <summary>Replaces the node's last report; it expires after <see cref="NodeStatus.Lifetime"/>.</summary>
    Task ReportAsync(NodeStatus status, CancellationToken cancellationToken);

    /// <summary>Removes the report of a node that stops.</summary>
    Task LeaveAsync(string node);

    /// <summary>The reports of all nodes that are alive, by name.</summary>
    /// <exception cref="TimeoutException">Redis does not answer.</exception>
    Task<IReadOnlyList<NodeStatus>> AllAsync(CancellationToken cancellationToken);
}

/// <summary>A hub node's figures. Totals count from its start.</summary>
/// <param name="Node">Machine and port, such as <c>hub-1:3007</c>.</param>
/// <param name="At">When it reported.</param>
/// <param name="Watches">Tours watched, summed over connections.</param>
/// <param name="Viewers">On all nodes, as this one knows.</param>
/// <param name="DeliveriesPerSecond">Over the last report interval.</param>
/// <param name="LatencyP50">Milliseconds from event to socket over the last ten seconds; null without deliveries.</param>
/// <param name="Backplane">One of <see cref="BackplaneStates"/>.</param>
/// <param name="BackplaneLag">Milliseconds through Redis and back, the last time; null in one process.</param>
/// <param name="OutboxBacklog">Committed events that no broker has confirmed; the same on every node of one database.</param>
public sealed record NodeStatus(
    string Node, DateTimeOffset StartedAt, DateTimeOffset At,
    long Connections, long Watches, long Viewers, double DeliveriesPerSecond, long Deliveries,
    long Conflated, long SlowClosed, long Healed, double? LatencyP50, double? LatencyP99,
    string Backplane, double? BackplaneLag, long OutboxBacklog)
{
    public static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
}

public static class BackplaneStates
{
    public const string InProcess = "in_process";
    public const string Connected = "connected";
    public const string Away = "away";
}
