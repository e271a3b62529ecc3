using System.Diagnostics.Metrics;

namespace RealtimeTours.Platform.Redis;

internal static class RedisHubBackplaneMetrics
{
    private static readonly Meter Meter = new("RealtimeTours.Backplane");

    public static readonly Counter<long> Published =
        Meter.CreateCounter<long>("backplane.published", "{message}", "Messages handed to Redis for the nodes.");

    public static readonly Counter<long> NotPublished =
        Meter.CreateCounter<long>("backplane.not_published", "{message}", "Messages Redis did not take.");

    public static readonly UpDownCounter<long> Subscriptions =
        Meter.CreateUpDownCounter<long>("backplane.subscriptions", "{channel}", "Channels this node listens to: one per connection, user and group.");

    /// <summary>Shows all counters at zero: a query for a rate would miss the first increase of a new series.</summary>
    public static void Appear()
    {
        foreach (var total in new[] { Published, NotPublished }) total.Add(0);
        Subscriptions.Add(0);
    }
}
