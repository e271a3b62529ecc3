using System.Net;
using System.Text.RegularExpressions;
using RealtimeTours.Tests.Architecture;

namespace RealtimeTours.Tests.Web.Operations;

/// <summary><c>metrics.txt</c>: names, types, labels and bounds that other people's dashboards and alarms are built on.</summary>
internal static partial class MetricsThatStay
{
    private static readonly Promise[] Promises =
    [
        .. SourceTree.Read("tests/RealtimeTours.Tests/Web/Operations/metrics.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#').Select(line => line.Split(' '))
            .Select(parts => new Promise(parts[0].TrimEnd('?').Split(','), parts[0].EndsWith('?'), parts[1], parts[2],
                parts[3] == "-" ? [] : parts[3].Split(','), parts[4..])),
    ];

    /// <param name="host"><c>web</c>, <c>hub</c>, <c>sync</c>, or <c>embedded</c> for all in one process.</param>
    public static async Task ShouldBeThereAsync(string host, string address)
    {
        using var client = new HttpClient();
        await Eventually.ShouldBeTrueAsync(async () =>
        {
            Broken(host, await client.GetStringAsync($"{address}/metrics")).ShouldBeEmpty();
            return true;
        });
    }

    /// <summary>Makes the hub count a refusal.</summary>
    public static async Task BeRefusedAsync(string hub)
    {
        using var client = new HttpClient { DefaultRequestHeaders = { { "Origin", "http://elsewhere.example" } } };
        using var answer = await client.PostAsync($"{hub}/negotiate?negotiateVersion=1", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static IEnumerable<string> Broken(string host, string answer)
    {
        var families = answer.Split("# TYPE ").Skip(1).Select(family => family.Split([' ', '\n'], 3))
            .ToDictionary(parts => parts[0], parts => (Type: parts[1], Samples: parts[2]));
        foreach (var promise in Promises.Where(promise => promise.Hosts.Contains(host)))
        {
            if (!families.TryGetValue(promise.Name, out var family))
            {
                if (!promise.OnceItHappened) yield return $"{promise.Name} is missing";
                continue;
            }
            var labels = Label().Matches(family.Samples).Select(match => (Name: match.Groups[1].Value, Value: match.Groups[2].Value)).Distinct()
                .ToArray();
            if (family.Type != promise.Type) yield return $"{promise.Name} is a {family.Type}";
            if (!answer.Contains($"# HELP {promise.Name} ")) yield return $"{promise.Name} is not explained";
            if (labels.Select(label => label.Name).Except(promise.Labels).Except(["le"])
                .Where(name => promise.IsOurs || name.StartsWith("otel", StringComparison.Ordinal)).ToArray() is { Length: > 0 } others)
                yield return $"{promise.Name} has labels that it had not: {string.Join(", ", others)}";
            if (promise.IsOurs
                && promise.Labels.Except(labels.Select(label => label.Name)).Any()) yield return $"{promise.Name} has not all its labels";
            if (!labels.Where(label => label.Name == "le").Select(label => label.Value)
                .SequenceEqual(promise.Bounds)) yield return $"{promise.Name} has other bounds";
        }
    }

    private sealed record Promise(string[] Hosts, bool OnceItHappened, string Name, string Type, string[] Labels, string[] Bounds)
    {
        // What labels a framework's series have depends on what happened.
        public bool IsOurs => !FromTheFramework().IsMatch(Name);
    }

    [GeneratedRegex("""(\w+)="((?:[^"\\]|\\.)*)["]""")]
    private static partial Regex Label();

    [GeneratedRegex("^(aspnetcore|dotnet|http|kestrel|signalr)_")]
    private static partial Regex FromTheFramework();
}
