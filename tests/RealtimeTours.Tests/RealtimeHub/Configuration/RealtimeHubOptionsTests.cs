using Microsoft.Extensions.Configuration;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.RealtimeHub.Configuration;

namespace RealtimeTours.Tests.RealtimeHub.Configuration;

public class RealtimeHubOptionsTests
{
    [Fact]
    public void Durations_are_read_and_defaults_stand()
    {
        var options = Read(("RealtimeHub:FlushInterval", "00:00:00.050"));
        options.FlushInterval.ShouldBe(TimeSpan.FromMilliseconds(50));
        options.SlowConsumerTimeout.ShouldBe(TimeSpan.FromSeconds(30));
        options.Transport.ShouldBe(HubTransport.Direct);
        Read(("RealtimeHub:Transport", "stock")).Transport.ShouldBe(HubTransport.Stock);
        Read(("RealtimeHub:MaxConnectionsPerAddress", "0")).MaxConnectionsPerAddress.ShouldBe(0);
    }

    [Theory]
    [InlineData("FlushInterval", "00:00:05")]
    [InlineData("FlushInterval", "-00:00:01")]
    [InlineData("SlowConsumerTimeout", "0")]
    [InlineData("BoardPollInterval", "fast")]
    [InlineData("ReconciliationInterval", "30 s")]
    [InlineData("Transport", "udp")]
    [InlineData("Transport", "1")]
    [InlineData("MaxConnectionsPerAddress", "-1")]
    [InlineData("MaxConnectionsPerAddress", "many")]
    [InlineData("MaxMessagesPerSecond", "0")]
    [InlineData("MessageBurst", "0")]
    [InlineData("MaxTourIdsPerSecond", "0")]
    [InlineData("TourIdBurst", "199")]
    [InlineData("HandshakeTimeout", "00:00:00")]
    [InlineData("DrainDelay", "00:02:00")]
    [InlineData("DrainPeriod", "-00:00:01")]
    public void What_cannot_be_used_stops_the_start_with_the_key(string key, string value) =>
        Should.Throw<InvalidSettingException>(() => Read(($"RealtimeHub:{key}", value))).Message.ShouldContain($"RealtimeHub:{key}");

    private static RealtimeHubOptions Read(params (string Key, string Value)[] values) =>
        RealtimeHubOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(v => v.Key, v => (string?)v.Value)).Build());
}
