namespace RealtimeTours.Tests.RealtimeHub.Admission;

public class TokenExpiryTests
{
    [Fact]
    public async Task A_connection_ends_with_its_token_and_is_asked_to_come_back_with_a_new_one()
    {
        await using var node = await HubNode.StartAsync();
        using var expiring = await HubSocket.OpenAsync(node.Address, TestTokens.Sign(TimeSpan.FromSeconds(8))); // for a slow machine to connect in
        using var lasting = await HubSocket.OpenAsync(node.Address, TestTokens.Sign(TimeSpan.FromHours(1)));
        await expiring.ReadUntilAsync("{}");

        (await expiring.ReadToEndAsync()).ShouldContain("\"allowReconnect\":true");

        await lasting.CallAsync("1", "WatchTour", """["t"]""");
        await lasting.ReadUntilAsync("\"invocationId\":\"1\",\"result\":");
        node.Connections.ShouldBe(1);
        using var http = new HttpClient();
        await Eventually.ShouldBeTrueAsync(
            async () => (await http.GetStringAsync($"{node.Address}/metrics")).Contains("hub_refused_total{reason=\"token_expired\"}"));
    }
}
