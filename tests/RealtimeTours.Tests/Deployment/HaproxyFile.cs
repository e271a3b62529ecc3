using System.Text.RegularExpressions;

namespace RealtimeTours.Tests.Deployment;

/// <param name="Port">Where it listens.</param>
/// <param name="Servers">Where it sends, as <c>name:port</c>.</param>
internal sealed partial record HaproxyFile(int Port, IReadOnlyList<string> Servers, string Text)
{
    public static HaproxyFile Parse(string text) => new(
        int.Parse(Bind().Match(text).Groups[1].Value),
        [.. Server().Matches(text).Select(match => match.Groups[1].Value)],
        text);

    [GeneratedRegex(@"^\s*bind\s+\S*:(\d+)", RegexOptions.Multiline)]
    private static partial Regex Bind();

    [GeneratedRegex(@"^\s*server\s+\S+\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Server();
}
