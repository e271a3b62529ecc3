using System.Text.RegularExpressions;
using RealtimeTours.Tests.Architecture;

namespace RealtimeTours.Tests.Deployment;

/// <summary>docs/operations.md names the settings that exist, and all of them.</summary>
public partial class OperationsDocumentTests
{
    private static readonly string[] Documented =
        [.. SourceTree.Read("docs/operations.md").Split('\n').Where(line => line.StartsWith("| `"))
            .SelectMany(line => Variable().Matches(line.Split('|')[1])).Select(match => match.Groups[1].Value).Distinct()];

    [Fact]
    public void Every_variable_it_names_is_read_by_a_host()
    {
        Documented.Length.ShouldBeGreaterThan(10);
        Documented.Where(variable => !HostVariables.IsRead(variable)).ShouldBeEmpty();
        HostVariables.IsRead("RABBIT_URL").ShouldBeFalse();
    }

    [Fact]
    public void Every_variable_a_host_reads_is_named() =>
        SourceTree.Files("src", ".cs").SelectMany(file => Reading().Matches(file.Text)).Select(match => match.Groups[1].Value).Distinct()
            .Except(Documented).ShouldBeEmpty();

    [GeneratedRegex("`([A-Z][A-Z0-9_]{3,})`")]
    private static partial Regex Variable();

    [GeneratedRegex("(?:Text|WholeNumber)\\(\"([A-Z][A-Z0-9_]+)\"")]
    private static partial Regex Reading();
}
