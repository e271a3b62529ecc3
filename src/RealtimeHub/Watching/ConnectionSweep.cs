using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>Backpressure: once a second looks for connections that accept nothing, and disconnects them.</summary>
internal sealed class ConnectionSweep(
    Subscribers subscribers, HubMetrics metrics, IOptions<RealtimeHubOptions> options, TimeProvider time, ILogger<ConnectionSweep> logger)
        : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var timeout = options.Value.SlowConsumerTimeout;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var subscriber in subscribers.All)
            {
                if (subscriber.Check(timeout)) continue;
                metrics.SlowClosed.Add(1);
                HubLog.SlowConnectionClosed(logger, subscriber.ConnectionId, timeout);
            }
        }
    }
}
