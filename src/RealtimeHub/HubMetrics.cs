using System.Diagnostics.Metrics;

namespace RealtimeTours.RealtimeHub;

/// <summary>What the hub counts, exported at <c>/metrics</c>.</summary>
internal sealed class HubMetrics : IDisposable
{
    private readonly Meter _meter = new("RealtimeTours.Hub");
    // Seconds: from a hop inside the process over the flush interval (0.1) to a reader who is behind.
    private static readonly double[] Latencies = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10];

    private readonly Histogram<double> _latency;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _backplaneLag;

    public HubMetrics()
    {
        Connections = _meter.CreateUpDownCounter<long>("hub.connections", description: "Open connections");
        Watches = _meter.CreateUpDownCounter<long>("hub.watches", description: "Tours watched, summed over connections");
        Deliveries = _meter.CreateCounter<long>("hub.deliveries", description: "States written to connections");
        Conflated = _meter.CreateCounter<long>("hub.conflated", description: "Changes that were merged into a newer one because the connection was busy");
        SlowClosed = _meter.CreateCounter<long>("hub.slow_closed", description: "Connections closed because they took nothing");
        _refused = _meter.CreateCounter<long>("hub.refused", description: "Connections and calls refused by a limit, by reason");
        _latency = _meter.CreateHistogram(
            "hub.event_to_socket", "s", "From the event's timestamp to the write to a connection", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Latencies });
        _backplaneLag = _meter.CreateHistogram<double>("backplane.lag", "s", "From a message's way into Redis to its arrival, measured by what each node sends itself");
        BackplaneReceived = _meter.CreateCounter<long>("backplane.received", "{message}", "Messages from users' and groups' channels handed to a connection");
        BackplaneSlowClosed = _meter.CreateCounter<long>("backplane.slow_closed", "{connection}", "Connections closed because too many such messages waited for them");
        // Visible before they first count: who draws a rate must see the zero.
        foreach (var total in new[] { Deliveries, Conflated, SlowClosed, BackplaneReceived, BackplaneSlowClosed }) total.Add(0);
        foreach (var current in new[] { Connections, Watches }) current.Add(0);
    }

    public UpDownCounter<long> Connections { get; }

    public UpDownCounter<long> Watches { get; }

    public Counter<long> Deliveries { get; }

    public Counter<long> Conflated { get; }

    public Counter<long> SlowClosed { get; }

    public Counter<long> BackplaneReceived { get; }

    public Counter<long> BackplaneSlowClosed { get; }

    /// <summary>A publisher's clock may run ahead of ours; that counts as no time at all.</summary>
    public void Delivered(DateTimeOffset happened, DateTimeOffset now)
    {
        Deliveries.Add(1);
        _latency.Record(Math.Max(0, (now - happened).TotalSeconds));
    }

    /// <param name="reason">One of <see cref="Guarding.RefusalReason"/>.</param>
    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void BackplaneTook(TimeSpan lag) => _backplaneLag.Record(lag.TotalSeconds);

    public void ObserveViewers(Func<int> viewers) =>
        _meter.CreateObservableGauge("hub.viewers", viewers, description: "Viewers of tours on all nodes together, as this node knows them: a connection counts once for each tour it watches");

    public void Dispose() => _meter.Dispose();
}
