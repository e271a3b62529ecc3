using System.Text.Json;
using System.Text.RegularExpressions;
using RealtimeTours.Tests.Architecture;

namespace RealtimeTours.Tests.Web.Operations;

/// <summary>The Grafana dashboard in <c>deploy/grafana</c>, and what it asks Prometheus for.</summary>
internal static partial class Dashboard
{
    public static JsonElement Json { get; } = JsonDocument.Parse(SourceTree.Read("deploy/grafana/realtimetours.json")).RootElement;

    /// <summary>Every query of every panel and variable.</summary>
    public static IEnumerable<string> Queries =>
        Json.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)
            .Concat(Json.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("query").GetString()!)
                .Where(query => query.Contains("label_values")));

    public static IReadOnlyList<string> Metrics => [.. Queries.SelectMany(MetricsOf).Distinct().Order()];

    /// <summary>The names before a selector; in <c>label_values</c> the first argument.</summary>
    public static IEnumerable<string> MetricsOf(string query) =>
        Metric().Matches(query).Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value);

    /// <summary>The names of an answer of <c>/metrics</c>: of samples, not of families.</summary>
    public static IEnumerable<string> SamplesOf(string answer) =>
        answer.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('{', ' ')[0]).Distinct();

    [GeneratedRegex(@"([a-z_][a-z0-9_]+)\s*\{|label_values\(([a-z_][a-z0-9_]+)")]
    private static partial Regex Metric();
}
