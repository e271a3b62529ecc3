using System.Text.RegularExpressions;
using RealtimeTours.Tests.Architecture;

namespace RealtimeTours.Tests.Deployment;

/// <summary>Which environment variables the hosts read, found in their source: so a renamed setting makes the compose file's test fail.</summary>
internal static partial class HostVariables
{
    // Read by ASP.NET Core itself.
    private static readonly string[] OfTheFramework = ["ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "ASPNETCORE_FORWARDEDHEADERS_ENABLED"];

    private static readonly HashSet<string> Literals = SourceTree.Files("src", ".cs").SelectMany(file => Literal().Matches(file.Text))
        .Select(match => match.Groups[1].Value).ToHashSet();

    public static bool IsRead(string variable) =>
        OfTheFramework.Contains(variable) || Literals.Contains(variable) || (variable.Contains("__") && IsReadSection(variable.Split("__")));

    // Authentication__Schemes__Bearer__SigningKeys__0__Value: a section that is read whole, and below it names that are read.
    private static bool IsReadSection(string[] parts) =>
        Enumerable.Range(1, parts.Length).Any(length =>
            Literals.Contains(string.Join(':', parts[..length]))
                && parts[length..].Where(part => !part.All(char.IsAsciiDigit)).All(Literals.Contains));

    [GeneratedRegex("\"([A-Za-z][A-Za-z0-9_:]*)\"")]
    private static partial Regex Literal();
}
