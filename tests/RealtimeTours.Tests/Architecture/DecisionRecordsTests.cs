namespace RealtimeTours.Tests.Architecture;

/// <summary>
/// Decision records and what cites them. The second tests plant a violation and see it found; their numbers are put in at run time,
/// since this file is judged too.
/// </summary>
public class DecisionRecordsTests
{
    private static readonly string[] Kinds =
        [".cs", ".csproj", ".props", ".md", ".yaml", ".yml", ".ts", ".tsx", ".js", ".mjs", ".css", ".sql", ".sh", ".cfg", ".json", ""];

    private static readonly IReadOnlyList<SourceFile> Records = SourceTree.Files(DecisionRecords.Folder, ".md");

    private static readonly IReadOnlyList<SourceFile> Citing =
    [
        .. new[] { "src", "tests", "docs", "eng", "deploy" }.SelectMany(folder => SourceTree.Files(folder, Kinds)),
        .. Directory.EnumerateFiles(Repository.Root).Select(path => new SourceFile(Path.GetFileName(path), File.ReadAllText(path))),
    ];

    private static readonly IReadOnlyList<SourceFile> Planted = [Record(1, "one"), Record(2, "two")];

    [Fact]
    public void Every_decision_that_is_cited_exists() => Citing.SelectMany(file => DecisionRecords.CitationsOfNothing(file, Records)).ShouldBeEmpty();

    [Theory]
    [InlineData("See decision {0}.")]
    [InlineData("(decisions 1, {0})")]
    [InlineData("Decisions 1 and {0} say so.")]
    [InlineData("// See docs/decisions/{0:0000}.")]
    [InlineData("[it](docs/decisions/{0:0000}-three.md)")]
    public void A_citation_of_nothing_is_found(string text)
    {
        DecisionRecords.CitationsOfNothing(new("src/Web/Program.cs", string.Format(text, 3)), Planted).ShouldHaveSingleItem();
        DecisionRecords.CitationsOfNothing(new("src/Web/Program.cs", string.Format(text, 2)), Planted).ShouldBeEmpty();
    }

    [Fact]
    public void Every_link_to_a_record_has_its_name_and_its_number() =>
        Citing.SelectMany(file => DecisionRecords.LinksThatLeadNowhere(file, Records)).ShouldBeEmpty();

    [Theory]
    [InlineData("docs/operations.md", "[decision 2](decisions/{0:0000}-other.md)")]
    [InlineData("docs/operations.md", "[decision 1](decisions/{0:0000}-two.md)")]
    [InlineData("README.md", "[decision 1](docs/decisions/{0:0000}-two.md)")]
    [InlineData("docs/decisions/one.md", "[1]({0:0000}-two.md)")]
    [InlineData("Directory.Build.props", "see docs/decisions/{0:0000}-other.md")]
    public void A_link_with_another_name_or_number_is_found(string path, string text) =>
        DecisionRecords.LinksThatLeadNowhere(new(path, string.Format(text, 2)), Planted).ShouldHaveSingleItem();

    [Theory]
    [InlineData("docs/operations.md", "[decision 2](decisions/{0:0000}-two.md)")]
    [InlineData("README.md", "[decision 2](docs/decisions/{0:0000}-two.md)")]
    [InlineData("docs/decisions/one.md", "See [{0:0000}]({0:0000}-two.md) and [decision {0}]({0:0000}-two.md).")]
    [InlineData("docs/operations.md", "[notes](notes/{0:0000}-notes.md)")]
    public void A_link_that_leads_to_its_record_is_fine(string path, string text) =>
        DecisionRecords.LinksThatLeadNowhere(new(path, string.Format(text, 2)), Planted).ShouldBeEmpty();

    [Fact]
    public void Numbers_have_no_gaps() => DecisionRecords.NumbersOutOfOrder(Records).ShouldBeEmpty();

    [Fact]
    public void A_gap_and_a_number_used_twice_are_found()
    {
        DecisionRecords.NumbersOutOfOrder(Planted).ShouldBeEmpty();
        DecisionRecords.NumbersOutOfOrder([.. Planted, Record(4, "four")]).ShouldHaveSingleItem().ShouldBe("0 records have number 3");
        DecisionRecords.NumbersOutOfOrder([.. Planted, Record(2, "other")]).ShouldHaveSingleItem().ShouldBe("2 records have number 2");
    }

    [Fact]
    public void A_record_begins_with_its_number() => Records.SelectMany(DecisionRecords.OtherNumberInside).ShouldBeEmpty();

    [Fact]
    public void A_record_that_begins_with_another_number_is_found()
    {
        DecisionRecords.OtherNumberInside(Record(1, "one")).ShouldBeEmpty();
        DecisionRecords.OtherNumberInside(Record(1, "one") with { Text = "# 2. One" }).ShouldHaveSingleItem();
    }

    private static SourceFile Record(int number, string title) => new($"{DecisionRecords.Folder}/{number:0000}-{title}.md", $"# {number}. {title}\n");
}
