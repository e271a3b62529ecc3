using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace RealtimeTours.Platform.Hosting;

/// <summary>One instrument's series, a series per combination of tags.</summary>
internal sealed class MetricFamily
{
    // Seconds; from a fast hop inside the process to a stuck one.
    private static readonly double[] DefaultBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, TaggedSeries> _byTags = new();
    private readonly Instrument _instrument;
    private readonly Kind _kind;
    private readonly double[] _bounds;
    private Series? _untagged;

    public MetricFamily(Instrument instrument)
    {
        _instrument = instrument;
        var type = instrument.GetType().GetGenericTypeDefinition();
        _kind = type == typeof(Histogram<>) ? Kind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? Kind.Counter
            : Kind.Gauge;
        // Synchronous counters report differences, observable ones the total; a plain gauge reports its value.
        Adds = type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        _bounds = Boundaries(instrument);
        Name = NameOf(instrument, _kind);
    }

    private enum Kind { Counter, Gauge, Histogram }

    public string Name { get; }

    private bool Adds { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // The busiest instruments count every delivery and have no tags: no look-up for those.
        var series = tags.Length == 0 ? _untagged ??= SeriesOf("") : SeriesOf(tags);
        lock (series)
        {
            series.Value = Adds || _kind == Kind.Histogram ? series.Value + value : value;
            if (_kind != Kind.Histogram) return;
            var bucket = Array.FindIndex(_bounds, bound => value <= bound);
            series.Buckets[bucket < 0 ? _bounds.Length : bucket]++;
            series.Count++;
        }
    }

    /// <summary>The sum over all series.</summary>
    public double Total()
    {
        var total = 0.0;
        foreach (var (_, series) in _series)
            lock (series) total += series.Value;
        return total;
    }

    /// <summary>How many values a histogram has in each bucket, over all series.</summary>
    public BucketCounts Counts()
    {
        var counts = new long[_bounds.Length + 1];
        foreach (var (_, series) in _series)
        {
            lock (series)
                for (var i = 0; i < counts.Length; i++) counts[i] += series.Buckets[i];
        }
        return new BucketCounts(_bounds, counts);
    }

    /// <summary>Adds another one of the same name: two servers in one process, the format wants each name once.</summary>
    public MetricFamily Plus(MetricFamily other)
    {
        var sum = new MetricFamily(_instrument);
        foreach (var (labels, series) in _series.Concat(other._series.Where(_ => other._bounds.Length == _bounds.Length)))
        {
            var into = sum.SeriesOf(labels);
            lock (series)
            {
                into.Value += series.Value;
                into.Count += series.Count;
                for (var i = 0; i < series.Buckets.Length; i++) into.Buckets[i] += series.Buckets[i];
            }
        }
        return sum;
    }

    public void Render(StringBuilder text)
    {
        if (_series.IsEmpty) return;
        text.Append("# HELP ").Append(Name).Append(' ').Append((_instrument.Description ?? _instrument.Name).ReplaceLineEndings(" ")).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(_kind.ToString().ToLowerInvariant()).Append('\n');
        foreach (var (labels, series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            lock (series)
            {
                if (_kind == Kind.Histogram) RenderHistogram(text, labels, series);
                else Line(text, Name, labels, series.Value);
            }
        }
    }

    // Every request records several values with tags, nearly always those of a request before: they are compared as they are, text is made of new ones only.
    private Series SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = new HashCode();
        foreach (var tag in tags) hash.Add(tag.Value);
        var code = hash.ToHashCode();
        if (_byTags.TryGetValue(code, out var known) && known.Has(tags)) return known.Series;
        known = new TaggedSeries(tags.ToArray(), SeriesOf(LabelsOf(tags)));
        _byTags[code] = known;
        return known.Series;
    }

    private Series SeriesOf(string labels) => _series.GetOrAdd(labels, static (_, bounds) => new Series(new long[bounds.Length + 1]), _bounds);

    private void RenderHistogram(StringBuilder text, string labels, Series series)
    {
        var separator = labels.Length > 0 ? "," : "";
        long cumulative = 0;
        for (var i = 0; i <= _bounds.Length; i++)
        {
            cumulative += series.Buckets[i];
            var bound = i < _bounds.Length ? _bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            Line(text, Name + "_bucket", $"{labels}{separator}le=\"{bound}\"", cumulative);
        }
        Line(text, Name + "_sum", labels, series.Value);
        Line(text, Name + "_count", labels, series.Count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0) return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)?.Replace("\\", "\\\\").Replace("\"", "\\\"").ReplaceLineEndings("\\n");
            text.Append(Plain(name)).Append("=\"").Append(escaped).Append('"');
        }
        return text.ToString();
    }

    private static string NameOf(Instrument instrument, Kind kind)
    {
        var name = Plain(instrument.Name);
        var unit = instrument.Unit switch { "s" => "_seconds", "ms" => "_milliseconds", "By" => "_bytes", _ => "" };
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return kind == Kind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == ':' ? c : '_'));

    private static double[] Boundaries(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => DefaultBounds,
    };

    private sealed record TaggedSeries(KeyValuePair<string, object?>[] Tags, Series Series)
    {
        public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length != Tags.Length) return false;
            for (var i = 0; i < tags.Length; i++)
                if (tags[i].Key != Tags[i].Key || !Equals(tags[i].Value, Tags[i].Value)) return false;
            return true;
        }
    }

    private sealed class Series(long[] buckets)
    {
        public double Value { get; set; }
        public long Count { get; set; }
        public long[] Buckets { get; } = buckets;
    }
}
