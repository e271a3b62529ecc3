namespace RealtimeTours.Tests.Architecture;

/// <summary>The order of the folders within a project. For each rule a second test plants a violation and sees it found.</summary>
public class FolderLayersTests
{
    private const string Root = "RealtimeTours.Planted";
    private static readonly string[][] Order = [["Bottom", "Beside"], ["Top"]];

    public static TheoryData<string> Ordered => [.. FolderLayers.Order.Keys];

    [Theory]
    [MemberData(nameof(Ordered))]
    public void Folders_use_only_what_comes_before_them(string project) =>
        FolderLayers.Violations(Projects.Named(project).RootNamespace, FolderLayers.Order[project], FolderCyclesTests.Uses(project)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Ordered))]
    public void Every_folder_of_the_order_is_there(string project) =>
        FolderLayers.FoldersThatAreNot(Projects.Named(project).RootNamespace, FolderLayers.Order[project], FolderCyclesTests.Uses(project))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("Bottom", "Top")]
    [InlineData("Bottom.Inner", "Top.Inner")]
    [InlineData("Bottom", "Beside")]
    public void A_use_of_what_comes_later_is_found(string from, string to) =>
        FolderLayers.Violations(Root, Order, [Use(from, to)]).ShouldHaveSingleItem();

    [Theory]
    [InlineData("Top", "Bottom")]
    [InlineData("Top.Inner", "Beside")]
    [InlineData("Top.Inner", "Top")]
    [InlineData("Bottom", "Unlisted")]
    [InlineData("Unlisted", "Top")]
    public void A_use_of_what_comes_before_is_fine(string from, string to) => FolderLayers.Violations(Root, Order, [Use(from, to)]).ShouldBeEmpty();

    [Fact]
    public void A_folder_that_the_order_names_and_nobody_has_is_found() =>
        FolderLayers.FoldersThatAreNot(Root, Order, [Use("Bottom", "Top")]).ShouldHaveSingleItem().ShouldContain("Beside");

    private static TypeUse Use(string from, string to) => new(new($"{Root}.{from}", "One"), new($"{Root}.{to}", "Other"));
}
