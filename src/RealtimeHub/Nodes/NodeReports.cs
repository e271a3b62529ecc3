using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using RealtimeTours.Platform.Storage;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Presence;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Nodes;

/// <summary>Reports every two seconds how this node is, in the figures of <c>/metrics</c>.</summary>
internal sealed class NodeReports(
    INodeStatus nodes, IBackplanePulse pulse, HubMetrics metrics, BoardMetrics board, StorageMetrics storage, IPresence presence, IServer server,
    TimeProvider time,
    ILogger<NodeReports> logger) : BackgroundService
{
    private static readonly int LatencyWindow = (int)(TimeSpan.FromSeconds(10) / NodeStatus.ReportInterval);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly Queue<BucketCounts> _latencies = new();
    private (long Deliveries, long At)? _last;
    private string? _node;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        metrics.ObserveViewers(() => presence.Total);
        using var timer = new PeriodicTimer(NodeStatus.ReportInterval, time);
        var failing = false;
        do
        {
            try
            {
                metrics.Latencies.Collect(); // also where nothing scrapes /metrics: the first scrape would wait for all of it
                await pulse.BeatAsync(stoppingToken);
                if (Name() is { } node) await nodes.ReportAsync(Measure(node), stoppingToken);
                failing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failing) HubLog.NodeStatusLost(logger, e.Message);
                failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            if (_node is not null) await nodes.LeaveAsync(_node);
        }
        catch (Exception e)
        {
            HubLog.NodeStatusLost(logger, e.Message); // the report expires by itself
        }
    }

    internal NodeStatus Measure(string node)
    {
        var (now, latencies) = (time.GetTimestamp(), metrics.Latencies.Counts);
        var deliveries = latencies.Counts.Sum();
        var seconds = _last is { } last ? time.GetElapsedTime(last.At, now).TotalSeconds : 0;
        var rate = seconds > 0 ? (deliveries - _last!.Value.Deliveries) / seconds : 0;
        _last = (deliveries, now);

        var recent = _latencies.TryPeek(out var oldest) ? latencies.Minus(oldest) : latencies;
        _latencies.Enqueue(latencies);
        if (_latencies.Count > LatencyWindow) _latencies.Dequeue();

        return new NodeStatus(
            node, _startedAt, time.GetUtcNow(),
            metrics.Connections.Value, metrics.Watches.Value, presence.Total, Math.Round(rate, 1), deliveries,
            metrics.Conflated.Value, metrics.SlowClosed.Value, board.Healed.Value,
            Milliseconds(recent.Quantile(0.5)), Milliseconds(recent.Quantile(0.99)),
            pulse.State, Milliseconds(pulse.Lag?.TotalSeconds), storage.OutboxBacklog);
    }

    private static double? Milliseconds(double? seconds) => seconds is { } value ? Math.Round(value * 1_000, 2) : null;

    // Known once the server listens. With two addresses (everything in one process) the hub's is the last.
    private string? Name() => _node ??= server.Features.Get<IServerAddressesFeature>()?.Addresses.LastOrDefault() is { } address
        ? $"{Environment.MachineName}:{BindingAddress.Parse(address).Port}"
        : null;
}
