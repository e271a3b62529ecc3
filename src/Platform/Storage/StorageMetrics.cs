using System.Diagnostics.Metrics;

namespace RealtimeTours.Platform.Storage;

/// <summary>Everything the storage tells <c>/metrics</c>.</summary>
internal sealed class StorageMetrics
{
    private readonly Counter<long> _sent;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _latency;
    private long _backlog;
    private int _shards;

    public StorageMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("RealtimeTours.Storage");
        _sent = meter.CreateCounter<long>("outbox.sent", "{event}", "Events the broker confirmed.");
        _failed = meter.CreateCounter<long>("outbox.failed", "{event}", "Tries to publish that failed; each is tried again.");
        _latency = meter.CreateHistogram<double>("outbox.relay.duration", "s", "From the commit that caused an event to the broker's confirmation.");
        meter.CreateObservableGauge("outbox.backlog", () => Volatile.Read(ref _backlog), "{event}", "Events in the outbox that nobody has confirmed yet.");
        meter.CreateObservableGauge("outbox.shards", () => Volatile.Read(ref _shards), "{shard}", "Of the outbox's 16 shards, those this process publishes.");
    }

    public void Shards(int held) => Volatile.Write(ref _shards, held);

    public void Sent(TimeSpan sinceCommit)
    {
        _sent.Add(1);
        _latency.Record(Math.Max(0, sinceCommit.TotalSeconds));
    }

    public void Failed() => _failed.Add(1);

    public void Backlog(long rows) => Volatile.Write(ref _backlog, rows);
}
