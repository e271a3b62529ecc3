using System.Diagnostics.Metrics;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.Tests.RealtimeHub.Telemetry;

public sealed class DeliveryLatenciesTests : IDisposable
{
    private readonly Meter _meter = new("RealtimeTours.Test");
    private readonly MeterListener _listener = new();
    private readonly List<double> _recorded = [];
    private readonly DeliveryLatencies _latencies;

    public DeliveryLatenciesTests()
    {
        _latencies = new DeliveryLatencies(_meter);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, value, _, _) => _recorded.Add(value));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_delivery_allocates_nothing()
    {
        Measure(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure(100_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Measure(int times)
        {
            for (var i = 0; i < times; i++) _latencies.Add(TimeSpan.FromTicks(i * 1_000L));
        }
    }

    [Fact]
    public void A_delivery_waits_for_no_thread_that_holds_the_others_lock()
    {
        // Whoever reads holds the only lock there is, for as long as the histogram takes.
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            held.Set();
            release.Wait();
        });
        _latencies.Add(TimeSpan.FromMilliseconds(1));
        var reading = new Thread(() => _latencies.Collect());
        reading.Start();
        held.Wait();
        for (var i = 0; i < 10_000; i++) _latencies.Add(TimeSpan.FromMilliseconds(1)); // would hang
        _latencies.Counts.Counts.Sum().ShouldBe(10_001);
        release.Set();
        reading.Join();
    }

    [Fact]
    public void What_many_threads_count_while_others_read_is_in_the_histogram_once_and_in_its_bucket()
    {
        const int threads = 4, each = 20_000;
        var sum = 0L;
        var counting = Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            var random = new Random(thread);
            for (var i = 0; i < each; i++)
            {
                var ticks = (long)Math.Pow(10, random.NextDouble() * 9); // from 100 ns to 100 s, in every bucket
                Interlocked.Add(ref sum, ticks);
                _latencies.Add(TimeSpan.FromTicks(ticks));
            }
        })).ToArray();
        foreach (var thread in counting) thread.Start();
        while (counting.Any(thread => thread.IsAlive)) _latencies.Collect();
        _latencies.Collect().ShouldBe(threads * each);

        var counts = _latencies.Counts;
        var histogram = new long[counts.Counts.Count];
        foreach (var value in _recorded) histogram[counts.Bounds.TakeWhile(bound => value > bound).Count()]++;
        histogram.ShouldBe(counts.Counts);
        counts.Counts.ShouldAllBe(count => count > 0);
        _recorded.Sum().ShouldBe(sum / (double)TimeSpan.TicksPerSecond, sum / (double)TimeSpan.TicksPerSecond * 0.01);
    }

    [Fact]
    public void A_publishers_clock_that_is_ahead_counts_as_no_time_at_all_and_a_bound_belongs_to_its_bucket()
    {
        foreach (var latency in new[] { TimeSpan.FromSeconds(-3), TimeSpan.FromMilliseconds(0.5), TimeSpan.FromSeconds(10),
            TimeSpan.FromDays(1) }) _latencies.Add(latency);
        _latencies.Collect();
        _latencies.Collect(); // has nothing new
        _recorded.ShouldBe([0.00025, 0.00025, 10, 86_400]);
    }
}
