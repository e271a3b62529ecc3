namespace RealtimeTours.Tests.Architecture;

/// <summary>How much of a project is comments. The second tests plant a violation and see it found.</summary>
public class CommentDensityTests
{
    public static TheoryData<string> Held => [.. Projects.Product.Select(project => project.Name).Except(CommentDensity.Above)];

    public static TheoryData<string> NotHeld => [.. Projects.Product.Select(project => project.Name).Intersect(CommentDensity.Above)];

    [Theory]
    [MemberData(nameof(Held))]
    public void At_most_9_lines_of_100_are_comments(string project) => CommentDensity.TooDense(project, Files(project)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(NotHeld))]
    public void A_project_that_came_below_leaves_the_list(string project) => CommentDensity.TooDense(project, Files(project)).ShouldHaveSingleItem();

    [Fact]
    public void Too_many_comments_are_found()
    {
        CommentDensity.TooDense("Web", [Planted(comments: 10, lines: 100)]).ShouldHaveSingleItem()
            .ShouldBe("Web has 10.0 comment lines per 100, at most 9 are wanted");
        CommentDensity.TooDense("Web", [Planted(comments: 9, lines: 100)]).ShouldBeEmpty();
        CommentDensity.TooDense("Web", [Planted(comments: 10, lines: 100), Planted(comments: 0, lines: 100)]).ShouldBeEmpty();
    }

    private static IReadOnlyList<SourceFile> Files(string name) =>
        [.. SourceTree.Files("src", ".cs").Where(file => Projects.Of(file, Projects.All)?.Name == name)];

    private static SourceFile Planted(int comments, int lines) =>
        new("src/Web/Planted.cs", string.Concat(Enumerable.Range(0, lines).Select(line => line < comments ? Comment(line) : "code(); // no\n")));

    private static string Comment(int line) => line % 2 == 0 ? "    // why\n" : "/// <summary>Why.</summary>\n";
}
