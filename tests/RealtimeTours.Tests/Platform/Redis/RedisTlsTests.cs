using System.Net;
using System.Security.Cryptography.X509Certificates;
using RealtimeTours.Tests.Journeys;
using RealtimeTours.Tests.Servers;

namespace RealtimeTours.Tests.Platform.Redis;

public class RedisTlsTests
{
    [Fact]
    public async Task A_certificate_of_the_operators_own_is_trusted_through_SSL_CERT_FILE_and_no_other_way()
    {
        var tlsPort = ServerProcess.FreePort();
        var folder = Directory.CreateTempSubdirectory("rtt-redis-tls-");
        var (root, certificate, key) =
            (Path.Combine(folder.FullName, "root.pem"), Path.Combine(folder.FullName, "redis.pem"), Path.Combine(folder.FullName, "redis.key"));
        using var authority = new TestAuthority();
        using var issued = authority.Issue("127.0.0.1");
        await File.WriteAllTextAsync(root, authority.Root.ExportCertificatePem());
        await File.WriteAllTextAsync(certificate, issued.ExportCertificatePem());
        await File.WriteAllTextAsync(key, issued.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var redis = await RedisNode.StartedAsync(
            "--tls-port", $"{tlsPort}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", root, "--tls-auth-clients",
            "no");
        var servers = new ServerSettings(
            (await SharedServers.RabbitMq).Url, $"rediss://127.0.0.1:{tlsPort}", await (await SharedServers.Postgres).CreateDatabaseAsync());
        var trusting = servers with { Extra = new Dictionary<string, string> { ["SSL_CERT_FILE"] = root } };

        await using var trusted = new HostProcess("RealtimeHub", trusting.ToEnvironment());
        await using var untrusted = new HostProcess("RealtimeHub", servers.ToEnvironment()) { WaitUntilReady = false };
        await Task.WhenAll(trusted.StartAsync(), untrusted.StartAsync()); // the first is waited for until it is ready

        using var client = new HttpClient();
        using var readiness = await client.GetAsync($"{untrusted.Address}/health/ready");
        readiness.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await readiness.Content.ReadAsStringAsync()).ShouldContain("Redis does not answer");
        folder.Delete(recursive: true);
    }
}
