using System.Net.WebSockets;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.RealtimeHub.Admission;

/// <summary>Whose address counts behind a load balancer, as ASP.NET Core's own setting says.</summary>
public class ForwardedAddressTests
{
    [Fact]
    public async Task Behind_a_load_balancer_each_visitor_has_connections_of_his_own()
    {
        await using var host = Host(("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"));
        await host.StartAsync();
        using var anna = await HubSocket.OpenAsync(host.Address, forwardedFor: "192.0.2.1");
        using var bert = await HubSocket.OpenAsync(host.Address, forwardedFor: "192.0.2.2");
        // What a client writes into the header itself comes first; the balancer appends what it saw.
        await ShouldBeRefusedAsync(host, "192.0.2.3, 192.0.2.1");
    }

    [Fact]
    public async Task Without_one_nobody_gets_more_by_claiming_another_address()
    {
        await using var host = Host();
        await host.StartAsync();
        using var anna = await HubSocket.OpenAsync(host.Address, forwardedFor: "192.0.2.1");
        await ShouldBeRefusedAsync(host, "192.0.2.2");
    }

    private static HostProcess Host(params (string Name, string Value)[] settings) => new("Web", new Dictionary<string, string>(
        settings.ToDictionary(setting => setting.Name, setting => setting.Value)) { ["WEBSOCKET_PORT"] = $"{ServerProcess.FreePort()}",
        ["RealtimeHub__MaxConnectionsPerAddress"] = "1" });

    private static async Task ShouldBeRefusedAsync(HostProcess host, string forwardedFor) =>
        (await Should.ThrowAsync<WebSocketException>(() => HubSocket.OpenAsync(host.Address, forwardedFor: forwardedFor)))
            .Message.ShouldContain("429");
}
