using Microsoft.Extensions.Configuration;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Tests.Platform.Messaging;

public class RetryScheduleTests
{
    [Fact]
    public void Waits_1_5_30_and_300_seconds_where_nothing_is_configured()
    {
        var schedule = RetrySchedule.Read(new ConfigurationBuilder().Build());
        schedule.Delays.Select(delay => delay.TotalSeconds).ShouldBe([1, 5, 30, 300]);
        schedule.DelayAfter(1).ShouldBe(TimeSpan.FromSeconds(1));
        schedule.DelayAfter(4).ShouldBe(TimeSpan.FromSeconds(300));
        schedule.DelayAfter(5).ShouldBeNull();
    }

    [Theory]
    [InlineData("2, 0.5", new[] { 2, 0.5 })]
    [InlineData("00:00:01,00:05:00", new[] { 1.0, 300 })]
    public void Reads_seconds_and_times(string text, double[] seconds) =>
        Read(("Messaging:RetryDelays", text)).Delays.Select(delay => delay.TotalSeconds).ShouldBe(seconds);

    [Fact]
    public void Reads_an_array() =>
        Read(("Messaging:RetryDelays:0", "1"), ("Messaging:RetryDelays:1", "00:00:02")).Delays.Select(delay => delay.TotalSeconds).ShouldBe([1, 2]);

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1,NaN")]
    [InlineData("00:00:00")]
    [InlineData("86401")]
    [InlineData("1e300")]
    [InlineData("1,1,1,1,1,1,1,1,1,1,1")]
    public void A_bad_value_stops_the_start_and_names_the_setting(string text) =>
        Should.Throw<InvalidSettingException>(() => Read(("Messaging:RetryDelays", text))).Message.ShouldStartWith("Messaging:RetryDelays");

    private static RetrySchedule Read(params (string Key, string Value)[] settings) =>
        RetrySchedule.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build());
}
