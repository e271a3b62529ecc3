using System.Diagnostics.Metrics;

namespace RealtimeTours.Platform.EventLog;

internal sealed class EventLogMetrics
{
    private readonly Counter<long> _logged;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _replayed;
    private long _rows;
    private long _inbox;

    public EventLogMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("RealtimeTours.EventLog");
        _logged = meter.CreateCounter<long>("event_log.copied", "{event}", "Events copied from the broker's stream into the log.");
        _unreadable = meter.CreateCounter<long>(
            "event_log.unreadable", "{message}", "Messages of the stream that are no event: in the stream and among dead letters, not in the log.");
        _replayed = meter.CreateCounter<long>("event_log.replayed", "{event}", "Events put into a consumer's queue again by an operator.");
        meter.CreateObservableGauge("event_log.rows", () => Volatile.Read(ref _rows), "{event}", "Events in the log, counted once a minute.");
        meter.CreateObservableGauge(
            "inbox.rows", () => Volatile.Read(ref _inbox), "{event}", "Remembered effects of consumers, counted once a minute.");
    }

    public void Logged(int events, int unreadable)
    {
        _logged.Add(events);
        _unreadable.Add(unreadable);
    }

    public void Replayed(string consumer, int events) => _replayed.Add(events, new KeyValuePair<string, object?>("consumer", consumer));

    public void Rows(long log, long inbox)
    {
        Volatile.Write(ref _rows, log);
        Volatile.Write(ref _inbox, inbox);
    }
}
