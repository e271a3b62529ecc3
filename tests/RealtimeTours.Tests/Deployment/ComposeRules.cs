using System.Text.RegularExpressions;
using RealtimeTours.Platform.Messaging.RabbitMq;
using RealtimeTours.Platform.Redis;
using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Tests.Architecture;

namespace RealtimeTours.Tests.Deployment;

/// <summary>
/// What can be proved of docker-compose.yml without an engine. Functions from the file to violations, so that each can be seen failing.
/// </summary>
internal static partial class ComposeRules
{
    /// <summary>The ports that the official images listen on.</summary>
    private static readonly Dictionary<string, int> ServerPorts = new() { ["rabbitmq"] = 5672, ["redis"] = 6379, ["postgres"] = 5432 };

    public static IEnumerable<string> UnknownVariables(ComposeFile file) =>
        from service in Hosts(file)
        from variable in service.Environment.Keys
        where !HostVariables.IsRead(variable)
        select $"{service.Name} sets {variable}, which no host reads";

    public static IEnumerable<string> UnpinnedImages(ComposeFile file) =>
        from service in file.Services.Values
        where !service.IsBuilt && !IsPinned(service.Image)
        select $"{service.Name} has the image {service.Image}, which is not pinned";

    /// <summary>A tag of at least major.minor.patch or major.minor as the image's publisher numbers, or a digest.</summary>
    public static bool IsPinned(string? image) => image is not null && (PinnedTag().IsMatch(image) || Digest().IsMatch(image));

    public static IEnumerable<string> WithoutHealthCheck(ComposeFile file) =>
        file.Services.Values.Where(service => service.HealthTest is not ["CMD" or "CMD-SHELL", not "", ..])
            .Select(service => $"{service.Name} has no health check");

    public static IEnumerable<string> WithoutTimeToStop(ComposeFile file) =>
        file.Services.Values.Where(service => service.StopGracePeriod is null).Select(service => $"{service.Name} has no stop_grace_period");

    /// <summary>Every host waits for every server it connects to, and what it waits for can become healthy.</summary>
    public static IEnumerable<string> StartsTooEarly(ComposeFile file) =>
        from host in Hosts(file)
        from server in ServerPorts.Keys
        where host.DependsOn.GetValueOrDefault(server) != "service_healthy"
        select $"{host.Name} does not wait until {server} is healthy";

    public static IEnumerable<string> UnknownDependencies(ComposeFile file) =>
        from service in file.Services.Values
        from other in service.DependsOn.Keys
        where !file.Services.ContainsKey(other)
        select $"{service.Name} depends on {other}, which does not exist";

    /// <summary>Addresses name services of this file, the port they listen on, and the user and password they are given.</summary>
    public static IEnumerable<string> WrongAddresses(ComposeFile file) => Hosts(file).SelectMany(host => WrongAddresses(file, host)).OfType<string>();

    private static IEnumerable<string?> WrongAddresses(ComposeFile file, ComposeService host)
    {
        var (rabbitMq, endpoints) = RabbitMqAddress.Parse(Value(host, "RABBITMQ_URL"));
        foreach (var endpoint in endpoints) yield return Fits(file, host, "RABBITMQ_URL", endpoint.HostName, endpoint.Port);
        if (rabbitMq.UserName != Value(file.Services["rabbitmq"], "RABBITMQ_DEFAULT_USER")
            || rabbitMq.Password != Value(file.Services["rabbitmq"], "RABBITMQ_DEFAULT_PASS"))
            yield return $"{host.Name}: RABBITMQ_URL has another user or password than the broker";

        var redis = RedisAddress.Parse(Value(host, "REDIS_URL"));
        foreach (var endpoint in redis.EndPoints.OfType<System.Net.DnsEndPoint>()) yield return Fits(
            file, host, "REDIS_URL", endpoint.Host, endpoint.Port);
        if (redis.Password != Substituted(file.Services["redis"].Command[^1])) yield return $"{host.Name}: REDIS_URL has another password than Redis";

        var postgres = PostgresAddress.Parse(Value(host, "DATABASE_URL")).Keywords;
        yield return Fits(file, host, "DATABASE_URL", postgres.Host!, postgres.Port);
        var server = file.Services["postgres"];
        if ((postgres.Username, postgres.Password, postgres.Database) != (
            Value(server, "POSTGRES_USER"), Value(server, "POSTGRES_PASSWORD"), Value(server, "POSTGRES_DB")))
            yield return $"{host.Name}: DATABASE_URL has another user, password or database than PostgreSQL";
    }

    /// <summary>A published port leads to a port that something in the container listens on, and the health check asks there too.</summary>
    public static IEnumerable<string> WrongPorts(ComposeFile file, HaproxyFile balancer)
    {
        foreach (var service in file.Services.Values)
        {
            var listens = service.Project is not null ? new Uri(Value(service, "ASPNETCORE_URLS").Replace("+", "any")).Port
                : ServerPorts.GetValueOrDefault(service.Name, balancer.Port);
            foreach (var port in service.Ports.Where(
                port => port.Split(':')[^1] != $"{listens}")) yield return $"{service.Name} publishes {port} but listens on {listens}";
            if (service.HealthTest.FirstOrDefault(part => part.StartsWith("http://", StringComparison.Ordinal)) is { } asked
                && new Uri(asked).Port != listens)
                yield return $"{service.Name} checks its health at {asked} but listens on {listens}";
            if (service.Project is not null
                && service.HealthTest is not [_, "/app/host", "--health", _]) yield return $"{service.Name} does not ask the host for its health";
        }
    }

    /// <summary>The load balancer knows every hub node by its name and port, and nobody else.</summary>
    public static IEnumerable<string> WrongUpstreams(ComposeFile file, HaproxyFile balancer) =>
        balancer.Servers.Except(HubNodes(file)).Select(server => $"the load balancer sends to {server}, which is no hub node")
            .Concat(HubNodes(file).Except(balancer.Servers).Select(node => $"the load balancer does not know {node}"));

    public static IEnumerable<string> WrongVolumes(ComposeFile file) =>
        from service in file.Services.Values
        from volume in service.Volumes
        let source = volume.Split(':')[0]
        where source.StartsWith('.') ? !Path.Exists(SourceTree.PathOf(source)) : !file.Volumes.Contains(source)
        select $"{service.Name} mounts {source}, which does not exist";

    public static IEnumerable<ComposeService> Hosts(ComposeFile file) => file.Services.Values.Where(service => service.Project is not null);

    public static string Substituted(string text) => ComposeFile.Substitute(text, SampleEnvironment.Values);

    private static string Value(ComposeService service, string variable) =>
        Substituted(service.Environment.GetValueOrDefault(variable) ?? throw new InvalidDataException($"{service.Name} does not set {variable}"));

    private static IEnumerable<string> HubNodes(ComposeFile file) =>
        Hosts(file).Where(host => host.Project == "RealtimeHub")
            .Select(host => $"{host.Name}:{new Uri(Value(host, "ASPNETCORE_URLS").Replace("+", "any")).Port}");

    private static string? Fits(ComposeFile file, ComposeService host, string variable, string name, int port) =>
        !file.Services.ContainsKey(name) ? $"{host.Name}: {variable} names {name}, which is no service"
        : ServerPorts.GetValueOrDefault(name) != port
            ? $"{host.Name}: {variable} has port {port}, but {name} listens on {ServerPorts.GetValueOrDefault(name)}"
        : null;

    [GeneratedRegex(@":\d+\.\d+(\.\d+)?[\w.-]*$")]
    private static partial Regex PinnedTag();

    [GeneratedRegex("@sha256:[0-9a-f]{64}$")]
    private static partial Regex Digest();
}
