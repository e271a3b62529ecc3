using System.Text.RegularExpressions;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Tests.Architecture;

/// <summary>No line is longer than a reader's window. The .editorconfig says the same number to editors.</summary>
internal static partial class Columns
{
    public const int Most = 150;

    // What may stand before an address on its own line: a comment's slashes or an opening quote, and a blank.
    private const int BeforeUrl = 4;

    /// <returns>One text per file, with the first line that is too long.</returns>
    public static IEnumerable<string> TooWide(SourceFile file)
    {
        var wide = file.Lines.Select((text, index) => (Text: text, Number: index + 1))
            .Where(line => line.Text.Length > Most && !IsUnbreakableUrl(line.Text))
            .ToArray();
        return wide.Length == 0
            ? []
            : [$"{file.Path}: {wide.Length} lines are longer than {Most} columns, the first is line {wide[0].Number} with {wide[0].Text.Length}"];
    }

    /// <summary>An address that does not fit on a line of its own either.</summary>
    private static bool IsUnbreakableUrl(string line) =>
        Url().Matches(line).Any(url => line.Length - line.TrimStart().Length + BeforeUrl + url.Length > Most);

    [GeneratedRegex(@"https?://[^\s""]+")]
    private static partial Regex Url();
}
