using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Presence;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// Exchanges viewer counts with other nodes and pushes changed ones, at most once per <see cref="RealtimeHubOptions.PresenceInterval"/> and tour.
/// Polls four times as often, because a change waits for a poll on two nodes.
/// </summary>
internal sealed class PresencePush(
    IPresence presence, FanOut fanOut, IOptions<RealtimeHubOptions> options, TimeProvider time, ILogger<PresencePush> logger) : BackgroundService
{
    private const int PollsPerInterval = 4;

    private readonly HashSet<string> _waiting = [];
    private readonly Queue<(string TourId, long At)> _pushed = new(); // in the last interval
    private readonly HashSet<string> _throttled = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PresenceInterval / PollsPerInterval, time);
        var failing = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await presence.ExchangeAsync(stoppingToken);
                failing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failing) HubLog.PresenceLost(logger, e.Message);
                failing = true;
            }
            Push(); // also while Redis is away: this node's own counts are known
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await presence.LeaveAsync();
        }
        catch (Exception e)
        {
            HubLog.PresenceLost(logger, e.Message); // the lease expires by itself
        }
    }

    private void Push()
    {
        while (_pushed.TryPeek(out var first) && time.GetElapsedTime(first.At) >= options.Value.PresenceInterval)
            _throttled.Remove(_pushed.Dequeue().TourId);
        _waiting.UnionWith(presence.TakeChanged());
        foreach (var tourId in _waiting.Except(_throttled).ToArray())
        {
            // Also what was pushed last: a snapshot between may have shown another number.
            fanOut.Viewers(tourId, presence.Viewers(tourId));
            _waiting.Remove(tourId);
            _throttled.Add(tourId);
            _pushed.Enqueue((tourId, time.GetTimestamp()));
        }
    }
}
