using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace RealtimeTours.Platform.Storage;

public sealed class StorageMetrics
{
    private static readonly double[] Latencies =
        [0.001, 0.0015, 0.002, 0.0025, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _latency;
    private readonly Counter<long> _dueFailed;
    private readonly ConcurrentDictionary<string, double> _dueOldest = new(StringComparer.Ordinal);
    private long _backlog;
    private int _shards;

    public StorageMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("RealtimeTours.Storage");
        _sent = meter.CreateCounter<long>("outbox.sent", "{event}", "Events the broker confirmed.");
        _failed = meter.CreateCounter<long>("outbox.failed", "{event}", "Tries to publish that failed; each is tried again.");
        _latency = meter.CreateHistogram(
            "outbox.relay.duration", "s", "From just before the commit that caused an event to the broker's confirmation.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Latencies });
        _dueFailed = meter.CreateCounter<long>("storage.due.failed", "{row}", "Due work that failed, once for each try; it is tried again.");
        meter.CreateObservableGauge(
            "storage.due.oldest",
            () => _dueOldest.Select(age => new Measurement<double>(age.Value, new KeyValuePair<string, object?>("work", age.Key))),
            "s", "How long the oldest due row of each kind of work has waited.");
        meter.CreateObservableGauge("outbox.backlog", () => OutboxBacklog, "{event}", "Events in the outbox that nobody has confirmed yet.");
        meter.CreateObservableGauge(
            "outbox.shards", () => Volatile.Read(ref _shards), "{shard}", "Of the outbox's 16 shards, those this process publishes.");
    }

    /// <summary>Unconfirmed events in the outbox, counted every five seconds.</summary>
    public long OutboxBacklog => Volatile.Read(ref _backlog);

    internal void Shards(int owned) => Volatile.Write(ref _shards, owned);

    internal void Sent(TimeSpan sinceCommit)
    {
        _sent.Add(1);
        _latency.Record(Math.Max(0, sinceCommit.TotalSeconds));
    }

    internal void Failed() => _failed.Add(1);

    internal void DueFailed(string work) => _dueFailed.Add(1, new KeyValuePair<string, object?>("work", work));

    internal void DueOldest(string work, TimeSpan age) => _dueOldest[work] = Math.Max(0, age.TotalSeconds);

    internal void Backlog(long rows) => Volatile.Write(ref _backlog, rows);
}
