using System.Text.RegularExpressions;

namespace RealtimeTours.Tests.Architecture;

/// <param name="Folder">Where the file with the statement lies, from the root of the repository.</param>
/// <param name="Place">File and line, for the reader of a failed test.</param>
internal sealed record TableWrite(string Table, string Folder, string Place);

/// <param name="Folder">The name of the folder that may write too, without what is around it, so that a move changes nothing.</param>
internal sealed record SecondWriter(string Table, string Folder, string Reason);

/// <summary>
/// One folder writes each table: arithmetic on seats that stands in two places is wrong in one of them. Read from the SQL in C# files;
/// migrations are .sql files and may touch what they like.
/// </summary>
internal static partial class OneWriter
{
    /// <summary>Tables whose folder has a name that everybody must find them by.</summary>
    public static readonly IReadOnlyDictionary<string, string> Homes = new Dictionary<string, string> { ["departures"] = "Departures" };

    public static readonly IReadOnlyList<SecondWriter> Exceptions =
    [
        new("tours", "Sync",
            "When a supplier was asked and should be asked again: marks of the sync alone, beside the details that the catalogue keeps."),
        new("{part.Journal}", "Schema", "The journal of the core's scripts and one of each module's, all written here alone."),
        new("{Name}", "Due", "Claims and puts off rows of whatever table a module keeps due work in: due_at and attempt alone."),
        new("{table.Table}", "EventLog", "Clears both tables of the log in one loop; both are written in this folder alone."),
    ];

    public static IEnumerable<TableWrite> Writes(SourceFile file)
    {
        var code = LineComment().Replace(file.Text, "");
        return Statement().Matches(code).Select(match => new TableWrite(
            match.Groups["table"].Value,
            file.Path[..file.Path.LastIndexOf('/')],
            $"{file.Name}:{code.AsSpan(0, match.Index).Count('\n') + 1}"));
    }

    public static IEnumerable<string> Violations(
        IEnumerable<SourceFile> files, IReadOnlyDictionary<string, string> homes, IReadOnlyList<SecondWriter> exceptions)
    {
        var judged = files.SelectMany(Writes).Where(write => !exceptions.Any(exception => IsFor(exception, write))).ToLookup(write => write.Table);
        return judged.SelectMany(writes => Violations(writes.Key, [.. writes], homes));
    }

    /// <summary>Exceptions that nobody needs any more would let the next second writer in.</summary>
    public static IEnumerable<string> Unneeded(IEnumerable<SourceFile> files, IReadOnlyList<SecondWriter> exceptions)
    {
        var writes = files.SelectMany(Writes).ToArray();
        return exceptions.Where(exception => !writes.Any(write => IsFor(exception, write)))
            .Select(exception => $"{exception.Folder} does not write {exception.Table}");
    }

    private static IEnumerable<string> Violations(string table, TableWrite[] writes, IReadOnlyDictionary<string, string> homes)
    {
        if (table.StartsWith('{')) return writes.Select(write => $"{write.Place} writes a table whose name is made at run time: {table}");
        var byFolder = writes.GroupBy(write => write.Folder).ToArray();
        if (byFolder is not [var only]) return [$"{table} is written in {byFolder.Length} folders: {string.Join("; ", byFolder.Select(Describe))}"];
        return homes.TryGetValue(table, out var home) && LastPart(only.Key) != home ? [$"{table} belongs in a folder {home}: {Describe(only)}"] : [];
    }

    private static string Describe(IGrouping<string, TableWrite> folder) =>
        $"{folder.Key} ({string.Join(", ", folder.Select(write => write.Place))})";

    private static bool IsFor(SecondWriter exception, TableWrite write) =>
        exception.Table == write.Table && exception.Folder == LastPart(write.Folder);

    private static string LastPart(string folder) => folder[(folder.LastIndexOf('/') + 1)..];

    // Capitals only: SQL in this code is written so, English is not.
    // Rows locked FOR UPDATE are only read; ON CONFLICT DO UPDATE has its table in the INSERT.
    [GeneratedRegex("""
        \b(?: INSERT (?:\s+OR\s+\w+)? \s+INTO
          | (?<! \bFOR\s+ | \bKEY\s+ | \bDO\s+ ) UPDATE (?:\s+ONLY)?
          | DELETE\s+FROM | TRUNCATE (?:\s+TABLE)? | MERGE\s+INTO
        ) \s+ (?<table> [a-z_][a-z0-9_]* | \{[^}]+\} )
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Statement();

    [GeneratedRegex(@"(?<=^|\s)//.*$", RegexOptions.Multiline)]
    private static partial Regex LineComment();
}
