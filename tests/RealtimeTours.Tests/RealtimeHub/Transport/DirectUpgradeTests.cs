using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RealtimeTours.RealtimeHub.Transport;

namespace RealtimeTours.Tests.RealtimeHub.Transport;

public class DirectUpgradeTests
{
    [Theory]
    [InlineData("http", true)]
    [InlineData("https", false)]
    public async Task A_socket_is_written_to_directly_only_where_nothing_is_encrypted(string scheme, bool direct)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (scheme == "https") listen.UseHttps(certificate);
        }));
        await using var app = builder.Build();
        app.MapGet("/", (HttpContext context) =>
        {
            // A proxy's word for the scheme is no encryption of ours, and none of its words removes ours.
            context.Request.Scheme = context.Request.Headers["X-Scheme"].FirstOrDefault() ?? context.Request.Scheme;
            return DirectUpgrade.PlainSocket(context) is not null;
        });
        await app.StartAsync();
        using var client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        foreach (var said in new[] { "http", "https" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, app.Urls.Single());
            request.Headers.Add("X-Scheme", said);
            using var answer = await client.SendAsync(request);
            (await answer.Content.ReadAsStringAsync()).ShouldBe(direct ? "true" : "false");
        }
        await app.StopAsync();
    }
}
