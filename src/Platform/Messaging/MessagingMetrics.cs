using System.Diagnostics;
using System.Diagnostics.Metrics;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.Messaging;

internal sealed class MessagingMetrics : IDisposable
{
    private readonly Meter _meter = new("RealtimeTours.Messaging");
    private readonly Counter<long> _published;
    private readonly Histogram<double> _publishSeconds;
    private readonly Counter<long> _unroutable;
    private readonly Counter<long> _consumed;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _deadLettered;
    private readonly Counter<long> _dropped;
    private readonly UpDownCounter<int> _paused;

    public MessagingMetrics()
    {
        _published = _meter.CreateCounter<long>("messaging.published", description: "Publish calls by event type and result");
        _publishSeconds = _meter.CreateHistogram<double>("messaging.publish.duration", "s", "From the call to the broker's confirm");
        _unroutable = _meter.CreateCounter<long>("messaging.unroutable", description: "Published events that no queue was bound for");
        _consumed = _meter.CreateCounter<long>("messaging.consumed", description: "Deliveries by consumer and outcome");
        _retries = _meter.CreateCounter<long>("messaging.retries", description: "Deliveries put back for a later attempt");
        _deadLettered = _meter.CreateCounter<long>("messaging.dead_lettered", description: "Messages in the dead letters, by consumer");
        _dropped = _meter.CreateCounter<long>("messaging.listener.dropped", description: "Messages a listener lost because it could not keep up");
        _paused = _meter.CreateUpDownCounter<int>("messaging.consumer.paused", description: "1 while a consumer waits for a server that is away");
    }

    public void Published(string eventType, long started, bool confirmed)
    {
        _published.Add(1, new("event_type", eventType), new("result", confirmed ? "confirmed" : "failed"));
        _publishSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    public void Unroutable(string eventType) => _unroutable.Add(1, new KeyValuePair<string, object?>("event_type", eventType));

    public void Consumed(string consumer, ReceiveOutcome outcome)
    {
        var name = outcome switch
        {
            ReceiveOutcome.Ack => "ack",
            ReceiveOutcome.Retry => "retry",
            ReceiveOutcome.DeadLetter => "dead_letter",
            ReceiveOutcome.Drop => "drop",
            _ => "return",
        };
        _consumed.Add(1, new("consumer", consumer), new("outcome", name));
        if (outcome is ReceiveOutcome.Retry) _retries.Add(1, new KeyValuePair<string, object?>("consumer", consumer));
        if (outcome is ReceiveOutcome.DeadLetter) _deadLettered.Add(1, new KeyValuePair<string, object?>("consumer", consumer));
    }

    /// <summary>Shows the consumer's counters at zero: a query for a rate would miss the first increase of a new series.</summary>
    public void Consuming(ConsumerDefinition definition)
    {
        var consumer = definition.Name;
        _retries.Add(0, new KeyValuePair<string, object?>("consumer", consumer));
        _deadLettered.Add(0, new KeyValuePair<string, object?>("consumer", consumer));
        if (definition.Needs is not null) Paused(consumer, 0);
    }

    /// <param name="change">1 when a pause begins, -1 when it ends.</param>
    public void Paused(string consumer, int change) => _paused.Add(change, new KeyValuePair<string, object?>("consumer", consumer));

    public void ObserveDeadLetters(Func<IReadOnlyDictionary<string, long>> counts) =>
        _meter.CreateObservableGauge("messaging.dead_letters", () => counts().Select(pair =>
            new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("consumer", pair.Key))),
                description: "Dead letters that wait for somebody, by consumer");

    public void Dropped(string listener) => _dropped.Add(1, new KeyValuePair<string, object?>("listener", listener));

    /// <summary>A gauge: 1 for each connection that is up, 0 for each that is down.</summary>
    public void ObserveConnections(Func<IEnumerable<(string Name, bool Up)>> connections) =>
        _meter.CreateObservableGauge("messaging.connected", () => connections().Select(c =>
            new Measurement<int>(c.Up ? 1 : 0, new KeyValuePair<string, object?>("connection", c.Name))),
                description: "Broker connections that are up");

    public void Dispose() => _meter.Dispose();
}
