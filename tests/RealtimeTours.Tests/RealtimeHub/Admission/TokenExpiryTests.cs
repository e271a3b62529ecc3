using System.Globalization;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

public class TokenExpiryTests
{
    [Theory]
    [InlineData("00:00:00", 8)] // for a slow machine to connect in
    [InlineData("00:01:00", -50)] // its end is past, but not by more than clocks may differ
    public async Task A_connection_ends_with_its_token_and_is_asked_to_come_back_with_a_new_one(string clockSkew, int left)
    {
        await using var node = await HubNode.StartAsync(configuration: ("Authentication:Schemes:Bearer:ClockSkew", clockSkew));
        var end = DateTime.UtcNow.AddSeconds(left) + TimeSpan.Parse(clockSkew, CultureInfo.InvariantCulture);
        using var expiring = await HubSocket.OpenAsync(node.Address, TestTokens.Sign(TimeSpan.FromSeconds(left)));
        using var lasting = await HubSocket.OpenAsync(node.Address, TestTokens.Sign(TimeSpan.FromHours(1)));
        await expiring.ReadUntilAsync("{}");

        (await expiring.ReadToEndAsync()).ShouldContain("\"allowReconnect\":true");
        DateTime.UtcNow.ShouldBeGreaterThan(end.AddSeconds(-1), "a token's end has no fractions of a second");

        await lasting.CallAsync("1", "WatchTour", """["t"]""");
        await lasting.ReadUntilAsync("\"invocationId\":\"1\",\"result\":");
        node.Connections.ShouldBe(1);
        using var http = new HttpClient();
        await Eventually.ShouldBeTrueAsync(
            async () => (await http.GetStringAsync($"{node.Address}/metrics")).Contains("hub_refused_total{reason=\"token_expired\"}"));
    }
}
