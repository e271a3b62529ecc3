using System.Diagnostics;

namespace RealtimeTours.RealtimeHub.Telemetry;

/// <summary>The end of an event's trace: what is sent to browsers because of it. Seat counts are not traced further than their arrival here: many events become one frame.</summary>
internal static class HubTracing
{
    private static readonly ActivitySource Source = new("RealtimeTours.Hub");

    /// <param name="method">What the browser hears, such as <c>BookingUpdated</c>.</param>
    public static Activity? Pushing(string method) => Source.HasListeners() ? Source.StartActivity($"push {method}", ActivityKind.Producer) : null;
}
