using System.Diagnostics;

namespace RealtimeTours.RealtimeHub.Telemetry;

/// <summary>The last span of an event's trace: the push to browsers. Seat counts have none, because many events become one frame.</summary>
internal static class HubTracing
{
    private static readonly ActivitySource Source = new("RealtimeTours.Hub");

    public static Activity? Pushing(string method) => Source.HasListeners() ? Source.StartActivity($"push {method}", ActivityKind.Producer) : null;
}
