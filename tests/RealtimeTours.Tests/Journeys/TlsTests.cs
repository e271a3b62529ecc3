using System.Security.Cryptography.X509Certificates;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.RealtimeHub;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Journeys;

/// <summary>A hub that ends TLS itself, without a load balancer in front: <c>wss</c> takes the stock way out.</summary>
public class TlsTests
{
    [Theory]
    [InlineData("WebSockets")]
    [InlineData("ServerSentEvents")]
    public async Task A_browser_watches_over_TLS(string transport)
    {
        var folder = Directory.CreateTempSubdirectory("rtt-tls-");
        var (pem, pfx) = (Path.Combine(folder.FullName, "hub.pem"), Path.Combine(folder.FullName, "hub.pfx"));
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("127.0.0.1");
        await File.WriteAllTextAsync(pem, authority.Root.ExportCertificatePem());
        await File.WriteAllBytesAsync(pfx, certificate.Export(X509ContentType.Pfx));
        await using (var node = await HubNode.StartAsync(null, ("urls", "https://127.0.0.1:0"), ("Kestrel:Certificates:Default:Path", pfx)))
        await using (
            var watcher = await JavaScriptWatcher.StartAsync($"{node.Address}/hubs/availability", ["t1"], transport: transport, trusted: pem))
        {
            await node.UpdateAsync("t1", 7, version: 1);
            await Eventually.ShouldBeTrueAsync(() => watcher.Seats("t1", States.Departure) == 7);
            await node.UpdateAsync("t1", 6, version: 2);
            await Eventually.ShouldBeTrueAsync(() => watcher.Seats("t1", States.Departure) == 6);
        }
        folder.Delete(recursive: true);
    }
}
