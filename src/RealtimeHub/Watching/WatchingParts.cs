using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.RealtimeHub.Presence;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Watching;

internal sealed record WatchingParts(BoardCopy Board, FanOut FanOut, IPresence Presence, HubMetrics Metrics, TimeProvider Time)
{
    /// <summary>Monotonic clock.</summary>
    public long Milliseconds => (long)Time.GetElapsedTime(0, Time.GetTimestamp()).TotalMilliseconds;
}
