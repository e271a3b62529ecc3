using System.Diagnostics.Metrics;
using System.Text.Json;

namespace RealtimeTours.CatalogSync.Telemetry;

internal sealed class CatalogSyncMetrics : IDisposable
{
    private readonly Meter _meter = new("RealtimeTours.CatalogSync");
    private readonly Counter<long> _runs;
    private readonly Counter<long> _tours;
    private readonly Counter<long> _calls;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _unreadableRows;
    private readonly Counter<long> _changed;
    private readonly Counter<long> _overtaken;
    private readonly Counter<long> _imports;
    private readonly Counter<long> _importedTours;
    private readonly Histogram<double> _runSeconds;
    private readonly Histogram<double> _callSeconds;
    private readonly TimeProvider _time;
    private long _lastRun;

    public CatalogSyncMetrics(TimeProvider time)
    {
        _time = time;
        _runs = _meter.CreateCounter<long>("catalog_sync.runs", description: "Runs over a supplier's linked tours, by outcome.");
        _tours = _meter.CreateCounter<long>("catalog_sync.tours", description: "Tours synced, by outcome.");
        _calls = _meter.CreateCounter<long>("catalog_sync.supplier.calls", description: "HTTP calls to a supplier, by supplier and outcome.");
        _unreadable = _meter.CreateCounter<long>("catalog_sync.supplier.unreadable", description: "Answers of a supplier that were not believed.");
        _unreadableRows = _meter.CreateCounter<long>(
            "catalog_sync.supplier.rows.unreadable", description: "Departures in a supplier's answers that could not be read.");
        _changed = _meter.CreateCounter<long>("catalog_sync.departures.changed", description: "Departures whose figure the supplier changed.");
        _overtaken = _meter.CreateCounter<long>(
            "catalog_sync.departures.overtaken", description: "Figures dropped because the departure changed meanwhile.");
        _imports = _meter.CreateCounter<long>("catalog_sync.imports", description: "Imports of a supplier's products, by supplier and outcome.");
        _importedTours =
            _meter.CreateCounter<long>("catalog_sync.import.tours", description: "Tours that an import changed, by supplier and change.");
        _runSeconds = _meter.CreateHistogram<double>("catalog_sync.run.duration", "s", "How long a run takes.");
        _callSeconds = _meter.CreateHistogram<double>("catalog_sync.supplier.call.duration", "s", "How long a supplier takes to answer.");
        _meter.CreateObservableGauge("catalog_sync.age", Age, "s", "Time since a run of this process last ended.");
    }

    public void Ran(string outcome, TimeSpan took)
    {
        _runs.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _runSeconds.Record(took.TotalSeconds);
        if (outcome == "ok") Volatile.Write(ref _lastRun, _time.GetUtcNow().UtcTicks);
    }

    /// <param name="failure">The kind of the failure; null for success.</param>
    public void Called(string supplierId, Enum? failure, TimeSpan took)
    {
        _calls.Add(1, Supplier(supplierId), new KeyValuePair<string, object?>("outcome", Outcome(failure)));
        _callSeconds.Record(took.TotalSeconds, Supplier(supplierId));
    }

    public void AnswerUnreadable(string supplierId) => _unreadable.Add(1, Supplier(supplierId));

    public void RowsUnreadable(string supplierId, int rows) => _unreadableRows.Add(rows, Supplier(supplierId));

    public void SyncedTour(Enum? failure, int changed, int overtaken)
    {
        _tours.Add(1, new KeyValuePair<string, object?>("outcome", Outcome(failure)));
        _changed.Add(changed);
        _overtaken.Add(overtaken);
    }

    /// <summary>A tour that failed on our side.</summary>
    public void BrokeTour() => _tours.Add(1, new KeyValuePair<string, object?>("outcome", "broken"));

    public void Imported(string supplierId, bool isOk, int created, int updated, int closed, int failed)
    {
        _imports.Add(1, Supplier(supplierId), new KeyValuePair<string, object?>("outcome", isOk ? "ok" : "failed"));
        foreach (var (change, count) in new[] { ("created", created), ("updated", updated), ("closed", closed), ("failed", failed) })
            if (count > 0) _importedTours.Add(count, Supplier(supplierId), new KeyValuePair<string, object?>("change", change));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Supplier(string id) => new("supplier", id);

    private static string Outcome(Enum? failure) => failure is null ? "ok" : JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.ToString());

    private IEnumerable<Measurement<double>> Age() => Volatile.Read(ref _lastRun) is > 0 and var ticks
        ? [new Measurement<double>((_time.GetUtcNow() - new DateTimeOffset(ticks, TimeSpan.Zero)).TotalSeconds)]
        : [];
}
