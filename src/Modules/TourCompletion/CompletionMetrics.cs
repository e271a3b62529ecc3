using System.Diagnostics.Metrics;
using RealtimeTours.Bookings.Completion;

namespace RealtimeTours.Modules.TourCompletion;

internal sealed class CompletionMetrics
{
    private readonly Counter<long> _bookings;
    private readonly Histogram<double> _runs;

    public CompletionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("RealtimeTours.Completion");
        _bookings = meter.CreateCounter<long>("completion.bookings", "{booking}", "Bookings completed, by attendance and by who said so.");
        _runs = meter.CreateHistogram(
            "completion.run.duration", "s", "How long a run of the completion job took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.1, 1, 5, 10, 30, 60, 300, 1800] });
    }

    public void Completed(int count, AttendanceWord word) => _bookings.Add(
        count, new KeyValuePair<string, object?>("attendance", word.Attendance), new KeyValuePair<string, object?>("verified_by", word.VerifiedBy));

    public void RunEnded(TimeSpan duration) => _runs.Record(duration.TotalSeconds);
}
