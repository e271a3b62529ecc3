using System.Text.RegularExpressions;

namespace RealtimeTours.Tests.Architecture;

/// <summary>
/// Who follows a number to its decision record must arrive: records have numbers without gaps, and what cites one cites one that exists.
/// Whether the record is about the matter at hand, only a reader can say.
/// </summary>
internal static partial class DecisionRecords
{
    public const string Folder = "docs/decisions";

    public static IEnumerable<string> CitationsOfNothing(SourceFile file, IReadOnlyList<SourceFile> records)
    {
        var known = records.Select(Number).ToHashSet();
        return from citation in Numbers().Matches(file.Text)
               from digits in Digits().Matches(citation.Groups["numbers"].Value)
               let number = int.Parse(digits.Value)
               where !known.Contains(number)
               select $"{file.Path}:{Line(file, citation)} cites decision {number}, which does not exist";
    }

    /// <summary>A link with a title: the file must have that very name, and the text of the link that very number.</summary>
    public static IEnumerable<string> LinksThatLeadNowhere(SourceFile file, IReadOnlyList<SourceFile> records)
    {
        var names = records.Select(record => record.Name).ToHashSet();
        foreach (Match link in Links().Matches(file.Text))
        {
            // Between records a link needs no folder; elsewhere such a name is something else.
            if (link.Groups["folder"].Length == 0 && !file.Path.StartsWith(Folder + "/", StringComparison.Ordinal)) continue;
            var (place, name, text) = ($"{file.Path}:{Line(file, link)}", link.Groups["name"].Value, link.Groups["text"].Value);
            if (!names.Contains(name)) yield return $"{place} names {name}, which does not exist";
            if (text.Length > 0 && int.Parse(text) != int.Parse(link.Groups["number"].Value)) yield return $"{place} says {text} and links to {name}";
        }
    }

    public static IEnumerable<string> NumbersOutOfOrder(IReadOnlyList<SourceFile> records)
    {
        var numbers = records.Select(Number).ToLookup(number => number);
        return Enumerable.Range(1, numbers.Max(same => same.Key))
            .Where(number => numbers[number].Count() != 1)
            .Select(number => $"{numbers[number].Count()} records have number {number}");
    }

    /// <summary>The first line of record 7 begins with "# 7. ".</summary>
    public static IEnumerable<string> OtherNumberInside(SourceFile record) =>
        record.Text.StartsWith($"# {Number(record)}. ", StringComparison.Ordinal)
            ? []
            : [$"{record.Path} does not begin with \"# {Number(record)}. \""];

    private static int Number(SourceFile record) => int.Parse(record.Name[..4]);

    private static int Line(SourceFile file, Match match) => file.Text.AsSpan(0, match.Index).Count('\n') + 1;

    // "decision 7", "Decisions 18, 19 and 20", "docs/decisions/0007".
    [GeneratedRegex(@"\b(?:[Dd]ecisions?\s+|decisions/)(?<numbers>\d{1,4}\b(?:(?:,|,? and|,? or)\s+\d{1,4}\b)*)")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    // "[decision 7](decisions/0007-supplier-figure-less-our-bookings.md)" or the file's name alone.
    [GeneratedRegex(
        @"(?:\[(?:[Dd]ecision )?(?<text>\d{1,4})\]\()?(?:docs/)?(?<folder>decisions/)?(?<![\w-])(?<name>(?<number>\d{4})-[\w-]*[a-z][\w-]*\.md)")]
    private static partial Regex Links();
}
