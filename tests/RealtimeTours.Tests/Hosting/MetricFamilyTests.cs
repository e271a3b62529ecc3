using System.Diagnostics.Metrics;
using System.Text;
using RealtimeTours.Platform.Hosting;

namespace RealtimeTours.Tests.Hosting;

public class MetricFamilyTests
{
    [Fact]
    public void A_counter_adds_up_per_label()
    {
        using var meter = new Meter("RealtimeTours.Test");
        var family = new MetricFamily(meter.CreateCounter<long>("deliveries", description: "Frames written."));
        family.Record(2, [KeyValuePair.Create("kind", (object?)"a")]);
        family.Record(3, [KeyValuePair.Create("kind", (object?)"a")]);
        family.Record(1, [KeyValuePair.Create("kind", (object?)"say \"b\"\n")]);

        Render(family).ShouldBe(
            "# HELP deliveries_total Frames written.\n# TYPE deliveries_total counter\n" +
            "deliveries_total{kind=\"a\"} 5\ndeliveries_total{kind=\"say \\\"b\\\"\\n\"} 1\n");
    }

    [Fact]
    public void Tags_with_the_same_values_under_other_names_are_another_series()
    {
        using var meter = new Meter("RealtimeTours.Test");
        var family = new MetricFamily(meter.CreateCounter<long>("answers"));
        for (var round = 0; round < 2; round++)
        {
            family.Record(1, [KeyValuePair.Create("route", (object?)"a"), KeyValuePair.Create("status", (object?)200)]);
            family.Record(10, [KeyValuePair.Create("path", (object?)"a"), KeyValuePair.Create("code", (object?)200)]);
            family.Record(100, [KeyValuePair.Create("route", (object?)"a"), KeyValuePair.Create("status", (object?)404)]);
        }
        Render(family).ShouldEndWith("answers_total{path=\"a\",code=\"200\"} 20\nanswers_total{route=\"a\",status=\"200\"} 2\nanswers_total{route=\"a\",status=\"404\"} 200\n");
    }

    [Fact]
    public void An_observable_counter_reports_its_total_and_is_not_summed()
    {
        using var meter = new Meter("RealtimeTours.Test");
        var family = new MetricFamily(meter.CreateObservableCounter("seen", () => 0L));
        family.Record(10, []);
        family.Record(12, []);

        Render(family).ShouldContain("seen_total 12\n");
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_in_seconds()
    {
        using var meter = new Meter("RealtimeTours.Test");
        var family = new MetricFamily(meter.CreateHistogram("latency", unit: "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }));
        foreach (var value in new[] { 0.05, 0.1, 0.5, 7 }) family.Record(value, []);

        Render(family).ShouldContain(
            "latency_seconds_bucket{le=\"0.1\"} 2\nlatency_seconds_bucket{le=\"1\"} 3\nlatency_seconds_bucket{le=\"+Inf\"} 4\n" +
            "latency_seconds_sum 7.65\nlatency_seconds_count 4\n");
    }

    [Fact]
    public void Two_instruments_of_one_name_become_one_family()
    {
        using var meter = new Meter("RealtimeTours.Test");
        var (here, there) = (new MetricFamily(meter.CreateUpDownCounter<int>("open")), new MetricFamily(meter.CreateUpDownCounter<int>("open")));
        here.Record(2, [KeyValuePair.Create("port", (object?)1)]);
        here.Record(1, []);
        there.Record(3, [KeyValuePair.Create("port", (object?)2)]);
        there.Record(4, []);
        Render(here.Plus(there)).ShouldBe("# HELP open open\n# TYPE open gauge\nopen 5\nopen{port=\"1\"} 2\nopen{port=\"2\"} 3\n");
        here.Total().ShouldBe(3, "adding up changes neither");
    }

    [Fact]
    public void A_quantile_is_read_from_the_buckets_as_Prometheus_reads_it()
    {
        using var meter = new Meter("RealtimeTours.Test");
        var family = new MetricFamily(meter.CreateHistogram("took", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.2, 0.4] }));
        family.Counts().Quantile(0.5).ShouldBeNull();
        var before = family.Counts();
        for (var i = 0; i < 50; i++) family.Record(0.05, []);
        for (var i = 0; i < 50; i++) family.Record(0.3, []);
        var counts = family.Counts();
        counts.Quantile(0.5)!.Value.ShouldBe(0.1, 0.0001);
        counts.Quantile(0.75)!.Value.ShouldBe(0.3, 0.0001);
        family.Record(9, []);
        family.Counts().Quantile(1).ShouldBe(0.4, "the last bucket has no upper end");
        family.Counts().Minus(counts).Counts.ShouldBe([0, 0, 0, 1]);
        counts.Minus(before).Counts.ShouldBe(counts.Counts);
    }

    private static string Render(MetricFamily family)
    {
        var text = new StringBuilder();
        family.Render(text);
        return text.ToString();
    }
}
