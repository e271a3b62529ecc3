using RealtimeTours.Tests.Journeys;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

public class LocalPagesTests
{
    [Fact]
    public async Task The_pages_of_one_process_may_connect_under_each_name_of_their_machine()
    {
        await using var system = await RunningSystem.StartEmbeddedAsync();
        foreach (var name in (string[])["localhost", "127.0.0.1", "[::1]"])
        {
            using var page = await HubSocket.OpenAsync(system.Hubs[0], origin: $"http://{name}:{new Uri(system.Web).Port}");
            await page.ReadUntilAsync("{}"); // the answer to its handshake
        }
    }
}
