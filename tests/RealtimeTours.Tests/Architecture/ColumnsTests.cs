namespace RealtimeTours.Tests.Architecture;

/// <summary>The width of lines. The second tests plant a violation and see it found.</summary>
public class ColumnsTests
{
    private static readonly string[] Kinds = [".cs", ".ts", ".tsx", ".js", ".mjs", ".css", ".sql", ".sh"];

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("eng")]
    [InlineData("docs/sample-module")]
    public void No_line_is_wider_than_150_columns(string folder) => SourceTree.Files(folder, Kinds).SelectMany(Columns.TooWide).ShouldBeEmpty();

    [Fact]
    public void A_wide_line_is_found()
    {
        var file = Planted("short\n" + new string('x', 151) + "\n" + new string('x', 200));
        Columns.TooWide(file).ShouldHaveSingleItem().ShouldBe("src/Web/Wide.cs: 2 lines are longer than 150 columns, the first is line 2 with 151");
        Columns.TooWide(Planted(new string('x', 150))).ShouldBeEmpty();
    }

    [Fact]
    public void Only_an_address_that_fits_nowhere_may_be_wider()
    {
        Columns.TooWide(Planted("    // https://example.com/" + new string('x', 150))).ShouldBeEmpty();
        Columns.TooWide(Planted(new string('x', 100) + " // https://example.com/" + new string('x', 50))).ShouldHaveSingleItem();
    }

    private static SourceFile Planted(string text) => new("src/Web/Wide.cs", text);
}
