using System.Text.RegularExpressions;

namespace RealtimeTours.Tests.Architecture;

/// <summary>No line is longer than a reader's window. The .editorconfig says the same number to editors.</summary>
internal static partial class Columns
{
    public const int Most = 150;

    private static readonly string[] Applied = ["004_holds.sql", "007_outbox_shards.sql"];

    // What may stand before an address on its own line: a comment's slashes or an opening quote, and a blank.
    private const int BeforeUrl = 4;

    /// <returns>One text per file, with the first line that is too long.</returns>
    public static IEnumerable<string> TooWide(SourceFile file)
    {
        var wide = file.Lines.Select((text, index) => (Text: text, Number: index + 1))
            .Where(line => line.Text.Length > Most && !IsUnbreakableUrl(line.Text) && !RawLiteral().IsMatch(line.Text) && !IsApplied(file))
            .ToArray();
        return wide.Length == 0
            ? []
            : [$"{file.Path}: {wide.Length} lines are longer than {Most} columns, the first is line {wide[0].Number} with {wide[0].Text.Length}"];
    }

    /// <summary>An address that does not fit on a line of its own either.</summary>
    private static bool IsUnbreakableUrl(string line) =>
        Url().Matches(line).Any(url => line.Length - line.TrimStart().Length + BeforeUrl + url.Length > Most);

    // Another character would change its checksum, and databases that have it would refuse to start.
    private static bool IsApplied(SourceFile file) => Applied.Contains(file.Name);

    // A message that a test sends as it stands: JSON in one line, which a raw literal of several lines would put a line break into.
    [GeneratedRegex("""
        \"{3}[^"].*\"{3}
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex RawLiteral();

    [GeneratedRegex(@"https?://[^\s""]+")]
    private static partial Regex Url();
}
