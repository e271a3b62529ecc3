using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.Tests.RealtimeHub.Telemetry;

public class BucketCountsTests
{
    private static BucketCounts Of(params long[] counts) => new([0.1, 0.2, 0.4], counts);

    [Fact]
    public void A_quantile_is_read_from_the_buckets_as_Prometheus_reads_it()
    {
        Of(0, 0, 0, 0).Quantile(0.5).ShouldBeNull();
        Of(50, 0, 50, 0).Quantile(0.5)!.Value.ShouldBe(0.1, 0.0001);
        Of(50, 0, 50, 0).Quantile(0.75)!.Value.ShouldBe(0.3, 0.0001);
        Of(50, 0, 50, 1).Quantile(1).ShouldBe(0.4, "the last bucket has no upper end");
    }

    [Fact]
    public void What_came_since_an_earlier_look_is_the_difference() => Of(50, 0, 50, 1).Minus(Of(50, 0, 49, 0)).Counts.ShouldBe([0, 0, 1, 1]);
}
