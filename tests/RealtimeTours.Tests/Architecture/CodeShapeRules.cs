using System.Text.RegularExpressions;

namespace RealtimeTours.Tests.Architecture;

/// <summary>Rules that keep the code findable: sizes, names, and where a thing may be written. Functions from files to violations.</summary>
internal static partial class CodeShapeRules
{
    private const int MostLines = 300;
    private static readonly string[] SayNothing = ["Helper", "Util", "Common", "Manager", "Service", "Extension", "Misc", "Utilitie"];
    private static readonly string[] MayRepeat = ["Program.cs", "GlobalUsings.cs", "index.ts", "index.html", "index.js"];

    public static IEnumerable<string> TooLong(SourceFile file) =>
        file.Text.AsSpan().Count('\n') is var lines and > MostLines ? [$"{file.Path} has {lines} lines; would two names be clearer?"] : [];

    /// <summary>A whole name such as <c>Extensions.cs</c> or <c>TourHelpers.cs</c> that nobody would search for.</summary>
    public static IEnumerable<string> NamesThatSayNothing(SourceFile file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Name);
        return SayNothing.Any(word => name == word || name.EndsWith(word + "s", StringComparison.Ordinal))
            ? [$"{file.Path}: the name does not say what is in it"]
            : [];
    }

    public static IEnumerable<string> NamesUsedTwice(IEnumerable<SourceFile> files) =>
        files.Where(file => !MayRepeat.Contains(file.Name))
            .GroupBy(file => file.Name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .Select(group => string.Join(" and ", group.Select(file => file.Path)));

    /// <summary>The mode is chosen where services are registered, never in behaviour.</summary>
    public static IEnumerable<string> ModeOutsideTheTables(SourceFile file) =>
        IsSeamTable(file)
            ? []
            : NumberedCode(file).Where(line => ModeQuestion().IsMatch(line.Text))
                .Select(line => $"{file.Path}:{line.Number} asks for the mode: {line.Text.Trim()}");

    /// <summary>Event names are written once, as constants: a typing error would be a route to nowhere.</summary>
    public static IEnumerable<string> EventNamesWrittenOut(SourceFile file) =>
        file.Name == "EventTypes.cs"
            ? []
            : NumberedCode(file).Where(line => EventName().IsMatch(line.Text))
                .Select(line => $"{file.Path}:{line.Number} writes out an event name: {line.Text.Trim()}");

    // Seams applies the mode, ModuleList refuses a part that would be alone, StartupMessage says it; settings are read once at start, so a default
    // may depend on it.
    private static bool IsSeamTable(SourceFile file) =>
        file.Name is "Program.cs" or "Seams.cs" or "ModuleList.cs" or "StartupMessage.cs"
            || file.Name.EndsWith("Settings.cs", StringComparison.Ordinal) || file.Name.EndsWith("Module.cs", StringComparison.Ordinal);

    private static IEnumerable<(int Number, string Text)> NumberedCode(SourceFile file) =>
        file.Lines.Select((text, index) => (index + 1, LineComment().Replace(text, "")));

    [GeneratedRegex(@"\.Distributed\b|\bif\s*\(!?\s*_?(?:is)?(?:distributed|embedded)", RegexOptions.IgnoreCase)]
    private static partial Regex ModeQuestion();

    // A literal such as "tour.sold.out"; patterns such as "tour.availability.*" are routes of a consumer and stay readable where they stand.
    [GeneratedRegex("""
        "(?:tour|booking|payment|user|loyalty)\.[a-z_]+(?:\.[a-z_]+)*"
        """)]
    private static partial Regex EventName();

    [GeneratedRegex(@"(?<=^|\s)//.*$")]
    private static partial Regex LineComment();
}
