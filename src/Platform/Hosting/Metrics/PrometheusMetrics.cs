using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RealtimeTours.Platform.Hosting;

/// <summary>
/// Collects the instruments of this process and renders them as Prometheus text (format 0.0.4): ours, Kestrel's, SignalR's and the runtime's.
/// Stands in for OpenTelemetry's Prometheus exporter, which has no stable package.
/// </summary>
internal sealed class PrometheusMetrics : IDisposable
{
    private static readonly string[] Prefixes = ["RealtimeTours.", "Microsoft.AspNetCore.", "System.Runtime"];

    // Counts every block of every request and response, which costs more than what it tells.
    private const string NotWorthIt = "Microsoft.AspNetCore.MemoryPool";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();

    public void Start()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == NotWorthIt || !Prefixes.Any(prefix => instrument.Meter.Name.StartsWith(prefix, StringComparison.Ordinal))) return;
            listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static i => new MetricFamily(i)));
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    public IResult Answer()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var families in _families.Values.GroupBy(family => family.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
            families.Aggregate((sum, family) => sum.Plus(family)).Render(text);
        return Results.Text(text.ToString(), "text/plain; version=0.0.4; charset=utf-8");
    }

    /// <summary>Reads the instruments that have a value only when asked.</summary>
    public void Refresh() => _listener.RecordObservableInstruments();

    /// <summary>Several instruments may have one name: a test runs several hosts in its process.</summary>
    public IEnumerable<MetricFamily> Families(string name) => _families.Values.Where(family => family.Name == name);

    public void Dispose() => _listener.Dispose();
}
