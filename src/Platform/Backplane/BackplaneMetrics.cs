using System.Diagnostics.Metrics;

namespace RealtimeTours.Platform.Backplane;

internal static class BackplaneMetrics
{
    private static readonly Meter Meter = new("RealtimeTours.Backplane");

    public static readonly Counter<long> Published = Meter.CreateCounter<long>("backplane.published", "{message}", "Messages handed to Redis for other nodes.");

    public static readonly Counter<long> NotPublished = Meter.CreateCounter<long>("backplane.not_published", "{message}", "Messages Redis did not take.");

    public static readonly Counter<long> Received = Meter.CreateCounter<long>("backplane.received", "{message}", "Messages that came from other nodes.");

    public static readonly Counter<long> SlowClosed = Meter.CreateCounter<long>("backplane.slow_closed", "{connection}", "Connections closed because too much waited for them.");

    public static readonly UpDownCounter<long> Subscriptions = Meter.CreateUpDownCounter<long>("backplane.subscriptions", "{channel}", "Group and user channels this node listens to.");

    /// <summary>Makes all of it visible before it first counts: who draws a rate must see the zero.</summary>
    public static void Appear()
    {
        foreach (var total in new[] { Published, NotPublished, Received, SlowClosed }) total.Add(0);
        Subscriptions.Add(0);
    }
}
