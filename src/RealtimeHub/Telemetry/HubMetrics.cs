using System.Diagnostics.Metrics;

namespace RealtimeTours.RealtimeHub.Telemetry;

/// <summary>The hub's metrics, exported at <c>/metrics</c> and shown on the operators' page.</summary>
internal sealed class HubMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _backplaneLag;

    public HubMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("RealtimeTours.Hub");
        _meter.CreateObservableUpDownCounter("hub.connections", () => Connections.Value, description: "Open connections");
        _meter.CreateObservableUpDownCounter("hub.watches", () => Watches.Value, description: "Tours watched, summed over connections");
        _meter.CreateObservableCounter(
            "hub.conflated", () => Conflated.Value, description: "Changes that were merged into a newer one because the connection was busy");
        _meter.CreateObservableCounter("hub.slow_closed", () => SlowClosed.Value, description: "Connections closed because they took nothing");
        _refused = _meter.CreateCounter<long>("hub.refused", description: "Connections and calls refused by a limit, by reason");
        _backplaneLag = _meter.CreateHistogram<double>(
            "backplane.lag", "s", "From a message's way into Redis to its arrival, measured by what each node sends itself");
        BackplaneReceived =
            _meter.CreateCounter<long>("backplane.received", "{message}", "Messages from users' and groups' channels handed to a connection");
        BackplaneSlowClosed =
            _meter.CreateCounter<long>("backplane.slow_closed", "{connection}", "Connections closed because too many such messages waited for them");
        foreach (var total in new[] { BackplaneReceived, BackplaneSlowClosed }) total.Add(0); // exported as 0 before they first count
        Latencies = new DeliveryLatencies(_meter);
        // A scrape asks observable instruments first, so the counter and the histogram of one answer agree.
        _meter.CreateObservableCounter("hub.deliveries", Latencies.Collect, description: "States written to connections");
    }

    public Tally Connections { get; } = new();

    public Tally Watches { get; } = new();

    public Tally Conflated { get; } = new();

    public Tally SlowClosed { get; } = new();

    public DeliveryLatencies Latencies { get; }

    public Counter<long> BackplaneReceived { get; }

    public Counter<long> BackplaneSlowClosed { get; }

    public void Delivered(DateTimeOffset happened, DateTimeOffset now) => Latencies.Add(now - happened);

    /// <param name="reason">One of the constants of <c>RefusalReason</c>.</param>
    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void BackplaneTook(TimeSpan lag) => _backplaneLag.Record(lag.TotalSeconds);

    public void ObserveViewers(Func<int> viewers) =>
        _meter.CreateObservableGauge("hub.viewers", viewers,
            description: "Viewers of tours on all nodes together, as this node knows them: who called WatchTour, a signed-in user once per tour");
}
