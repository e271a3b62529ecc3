using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// Publishes which tours are watched here, so that their suppliers are polled more often. Not through the outbox: a lost message is repeated after
/// <see cref="Again"/>.
/// </summary>
internal sealed class AnnounceWatchedTours(FanOut fanOut, IEventBus bus, EventFactory events, TimeProvider time, ILogger<AnnounceWatchedTours> logger)
    : BackgroundService
{
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    // Minus space for the envelope.
    private const int MaxBytes = EventEnvelope.MaxBytes - 4 * 1024;

    private Dictionary<string, long> _saidAt = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var message in Messages(TakeUnsaid()))
                    await bus.PublishAsync(events.Create(EventTypes.ToursWatched, new ToursWatched(message)), stoppingToken);
            }
            catch (EventBusUnavailableException e)
            {
                HubLog.WatchedNotAnnounced(logger, e.Message);
            }
        }
    }

    /// <summary>Splits the ids into messages that fit the size limit of an event.</summary>
    internal static IEnumerable<IReadOnlyList<string>> Messages(IEnumerable<string> tourIds)
    {
        var (message, bytes) = (new List<string>(), 0);
        foreach (var id in tourIds)
        {
            var more = JsonEncodedText.Encode(id).EncodedUtf8Bytes.Length + 3; // quotes and comma
            if (bytes + more > MaxBytes)
            {
                yield return message;
                (message, bytes) = ([], 0);
            }
            message.Add(id);
            bytes += more;
        }
        if (message.Count > 0) yield return message;
    }

    private List<string> TakeUnsaid()
    {
        var now = time.GetTimestamp();
        var saidAt = new Dictionary<string, long>(StringComparer.Ordinal);
        var unsaid = new List<string>();
        foreach (var id in fanOut.WatchedTours)
        {
            // Tours that were announced together stay together: one message every ten seconds, not ten.
            if (_saidAt.TryGetValue(id, out var at) && time.GetElapsedTime(at, now) < Again) saidAt[id] = at;
            else unsaid.Add(id);
        }
        foreach (var id in unsaid) saidAt[id] = now;
        _saidAt = saidAt; // drops tours without watchers
        return unsaid;
    }
}
