using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace RealtimeTours.Tests.Deployment;

/// <summary>What docker-compose.yml says, anchors and merges resolved. Only the forms that file uses are read.</summary>
internal sealed partial class ComposeFile
{
    private ComposeFile(string text, IReadOnlyDictionary<string, ComposeService> services, IReadOnlyList<string> volumes)
    {
        (Text, Services, Volumes) = (text, services, volumes);
    }

    public string Text { get; }

    public IReadOnlyDictionary<string, ComposeService> Services { get; }

    /// <summary>The named volumes.</summary>
    public IReadOnlyList<string> Volumes { get; }

    /// <summary>The variables it asks of the user, and whether it refuses to start without them.</summary>
    public IEnumerable<(string Name, bool Required)> Asked =>
        Variable().Matches(Text).Select(match => (match.Groups["name"].Value, match.Groups["how"].Value.StartsWith(":?", StringComparison.Ordinal)))
            .Distinct();

    public static ComposeFile Parse(string text)
    {
        var root = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(new MergingParser(new Parser(new StringReader(text))));
        var services = Map(root["services"]).ToDictionary(service => service.Key, service => new ComposeService(service.Key, Map(service.Value)));
        return new ComposeFile(text, services, [.. Map(root.GetValueOrDefault("volumes")).Keys]);
    }

    /// <summary>Puts values in the place of <c>${NAME:-default}</c> and <c>${NAME:?message}</c>; a name without a value gets its default.</summary>
    public static string Substitute(string text, IReadOnlyDictionary<string, string> values) => Variable().Replace(text, match =>
        values.TryGetValue(match.Groups["name"].Value, out var value) ? value
        : match.Groups["how"].Value.StartsWith(":-", StringComparison.Ordinal) ? match.Groups["how"].Value[2..]
        : throw new KeyNotFoundException($"{match.Groups["name"].Value} has no value."));

    internal static IReadOnlyDictionary<string, object?> Map(object? node) =>
        node is IDictionary<object, object?> map ? map.ToDictionary(entry => entry.Key.ToString()!, entry => entry.Value) : new Dictionary<string,
        object?>();

    internal static IReadOnlyList<string> List(object? node) => node switch
    {
        IEnumerable<object?> list => [.. list.Select(item => item?.ToString() ?? "")],
        _ => [],
    };

    [GeneratedRegex(@"\$\{(?<name>\w+)(?<how>[^}]*)\}")]
    private static partial Regex Variable();
}

internal sealed class ComposeService(string name, IReadOnlyDictionary<string, object?> fields)
{
    public string Name => name;

    public string? Image => fields.GetValueOrDefault("image") as string;

    public bool IsBuilt => fields.ContainsKey("build");

    public string? Dockerfile => ComposeFile.Map(fields.GetValueOrDefault("build")).GetValueOrDefault("dockerfile") as string;

    /// <summary>The project under src that runs in it; null for a server.</summary>
    public string? Project =>
        ComposeFile.Map(ComposeFile.Map(fields.GetValueOrDefault("build")).GetValueOrDefault("args")).GetValueOrDefault("PROJECT") as string;

    public IReadOnlyDictionary<string, string> Environment { get; } =
        ComposeFile.Map(fields.GetValueOrDefault("environment")).ToDictionary(entry => entry.Key, entry => entry.Value?.ToString() ?? "");

    public IReadOnlyDictionary<string, string> DependsOn { get; } = fields.GetValueOrDefault("depends_on") is IDictionary<object, object?> conditions
        ? conditions.ToDictionary(entry => entry.Key.ToString()!, entry => ComposeFile.Map(entry.Value)["condition"]!.ToString()!)
        : ComposeFile.List(fields.GetValueOrDefault("depends_on")).ToDictionary(other => other, _ => "service_started");

    /// <summary>Such as <c>127.0.0.1:3010:3010</c>.</summary>
    public IReadOnlyList<string> Ports => ComposeFile.List(fields.GetValueOrDefault("ports"));

    public IReadOnlyList<string> Volumes => ComposeFile.List(fields.GetValueOrDefault("volumes"));

    public IReadOnlyList<string> Command => ComposeFile.List(fields.GetValueOrDefault("command"));

    public IReadOnlyList<string> HealthTest => ComposeFile.List(ComposeFile.Map(fields.GetValueOrDefault("healthcheck")).GetValueOrDefault("test"));

    public string? StopGracePeriod => fields.GetValueOrDefault("stop_grace_period") as string;
}
