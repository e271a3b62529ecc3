using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RealtimeTours.Tests.Clients;
using RealtimeTours.Tests.RealtimeHub;

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
        using (var certificate = SelfSigned())
        {
            await File.WriteAllTextAsync(pem, certificate.ExportCertificatePem());
            await File.WriteAllBytesAsync(pfx, certificate.Export(X509ContentType.Pfx));
        }
        await using (var node = await HubNode.StartAsync(null, ("urls", "https://127.0.0.1:0"), ("Kestrel:Certificates:Default:Path", pfx)))
        await using (var watcher = await JavaScriptWatcher.StartAsync($"{node.Address}/hubs/availability", ["t1"], transport: transport, trusted: pem))
        {
            await node.UpdateAsync("t1", 7, version: 1);
            await Eventually.ShouldBeTrueAsync(() => watcher.Seats("t1", States.Departure) == 7);
            await node.UpdateAsync("t1", 6, version: 2);
            await Eventually.ShouldBeTrueAsync(() => watcher.Seats("t1", States.Departure) == 6);
        }
        folder.Delete(recursive: true);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
