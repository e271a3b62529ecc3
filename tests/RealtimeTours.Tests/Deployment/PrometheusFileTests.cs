using RealtimeTours.Tests.Architecture;
using YamlDotNet.Serialization;

namespace RealtimeTours.Tests.Deployment;

/// <summary>The sample deploy/prometheus.yml asks every host of the compose file on its own port.</summary>
public class PrometheusFileTests
{
    private static readonly Dictionary<string, int> Ports = new() { ["web"] = 3000, ["hub-1"] = 3007, ["hub-2"] = 3007, ["catalog-sync"] = 3010 };

    [Fact]
    public void It_asks_every_host_of_the_compose_file()
    {
        var compose = ComposeFile.Parse(SourceTree.Read("docker-compose.yml"));
        var jobs = ComposeFile.Map(new DeserializerBuilder().Build().Deserialize<object>(SourceTree.Read("deploy/prometheus.yml")))["scrape_configs"];
        var targets = ((IEnumerable<object>)jobs!)
            .SelectMany(job => (IEnumerable<object>)ComposeFile.Map(job)["static_configs"]!)
            .SelectMany(config => ComposeFile.List(ComposeFile.Map(config)["targets"])).ToArray();
        targets.ShouldBe(Ports.Select(host => $"{host.Key}:{host.Value}"), ignoreOrder: true);
        Ports.Keys.ShouldBeSubsetOf(compose.Services.Keys);
    }
}
