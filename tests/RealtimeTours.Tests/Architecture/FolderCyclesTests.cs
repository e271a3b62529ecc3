namespace RealtimeTours.Tests.Architecture;

/// <summary>No circles between the folders of a project. The planted types lie in Planted beside this file.</summary>
public class FolderCyclesTests
{
    private const string Root = "RealtimeTours.Planted";
    private static readonly string Planted = typeof(FolderCyclesTests).Namespace + ".Planted";
    private static readonly IReadOnlyList<TypeUse> PlantedUses = TypeUses.In(typeof(FolderCyclesTests).Assembly.Location, Planted);

    public static TheoryData<string> Judged => [.. Projects.Product.Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Judged))]
    public void No_folders_of_a_project_use_each_other(string project) =>
        FolderCycles.In(Projects.Named(project).RootNamespace, Uses(project)).ShouldBeEmpty();

    [Fact]
    public void Every_project_of_src_is_judged()
    {
        foreach (var project in Projects.Product) File.Exists(project.AssemblyPath).ShouldBeTrue($"{project.Name} is not built beside the tests");
        Uses("Web").ShouldContain(use => use.From == new TypeName("RealtimeTours.Web", "Program"));
    }

    [Fact]
    public void Folders_that_use_each_other_are_found_with_types_to_look_at()
    {
        var circle = FolderCycles.In(Planted, Between("Left", "Right")).ShouldHaveSingleItem();

        circle.ShouldStartWith("Left, Right use each other:");
        circle.ShouldContain("Left -> Right (1): PlantedBooking uses PlantedInvoice");
        circle.ShouldContain("Right -> Left (1): PlantedInvoice uses PlantedBooking");
    }

    [Fact]
    public void Folders_that_are_used_one_way_are_fine()
    {
        Between("Above", "Below").ShouldNotBeEmpty();
        FolderCycles.In(Planted, Between("Above", "Below")).ShouldBeEmpty();
    }

    [Fact]
    public void A_circle_over_three_folders_is_one_and_who_only_uses_it_is_not_in_it()
    {
        var circle = FolderCycles.In(Root, [Use("A", "B"), Use("B", "C"), Use("C", "A"), Use("D", "A"), Use("C", "E")]).ShouldHaveSingleItem();

        circle.ShouldStartWith("A, B, C use each other:");
        circle.Split('\n').Length.ShouldBe(4);
    }

    [Fact]
    public void Two_circles_are_two() =>
        FolderCycles.In(Root, [Use("A", "B"), Use("B", "A"), Use("B", "C"), Use("C", "D"), Use("D", "C")]).Count().ShouldBe(2);

    [Fact]
    public void A_folder_within_a_folder_counts_for_the_outer_one()
    {
        FolderCycles.In(Root, [Use("A", "A.Inner"), Use("A.Inner", "A")]).ShouldBeEmpty();
        FolderCycles.In(Root, [Use("A.Inner", "B"), Use("B.Inner", "A")]).ShouldHaveSingleItem();
    }

    /// <summary>What each class of Planted/Uses does with the class of Planted/Used that is named like it.</summary>
    [Theory]
    [InlineData("BaseType")]
    [InlineData("Interface")]
    [InlineData("Field")]
    [InlineData("ReturnType")]
    [InlineData("Parameter")]
    [InlineData("GenericArgument")]
    [InlineData("Constraint")]
    [InlineData("Attribute")]
    [InlineData("AttributeArgument")]
    [InlineData("Construction")]
    [InlineData("ExtensionMethod")]
    [InlineData("Local")]
    [InlineData("Lambda")]
    [InlineData("AsyncMethod")]
    [InlineData("Catch")]
    [InlineData("NestedType")]
    [InlineData("TypeTest")]
    [InlineData("GenericCall")]
    public void Every_kind_of_use_is_seen(string kind) =>
        PlantedUses.ShouldContain(new TypeUse(new($"{Planted}.Uses", "By" + kind), new($"{Planted}.Used", "Used" + kind)));

    internal static IReadOnlyList<TypeUse> Uses(string name)
    {
        var project = Projects.Named(name);
        return TypeUses.In(project.AssemblyPath, project.RootNamespace);
    }

    private static IEnumerable<TypeUse> Between(params string[] folders) =>
        PlantedUses.Where(use => folders.Any(folder => use.From.Namespace == $"{Planted}.{folder}"));

    private static TypeUse Use(string from, string to) => new(new($"{Root}.{from}", "One"), new($"{Root}.{to}", "Other"));
}
