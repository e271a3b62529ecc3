namespace RealtimeTours.Tests.Architecture;

/// <summary>Each file has the namespace of its folder. The second tests plant a violation and see it found.</summary>
public class NamespaceIsFolderTests
{
    private static readonly Project[] Planted =
    [
        new("Web", "src/Web", "RealtimeTours.Web", "RealtimeTours.Web"),
        new("RealtimeTours.Tests", "tests/RealtimeTours.Tests", "RealtimeTours.Tests", "RealtimeTours.Tests"),
        new("Inner", "src/Web/Inner", "RealtimeTours.Inner", "RealtimeTours.Inner"),
    ];

    [Fact]
    public void Every_file_has_the_namespace_of_its_folder() =>
        SourceTree.Files("src", ".cs").Concat(SourceTree.Files("tests", ".cs"))
            .SelectMany(file => NamespaceIsFolder.Violations(file, Projects.All)).ShouldBeEmpty();

    [Fact]
    public void A_project_says_its_root_namespace_or_has_that_of_its_name()
    {
        Projects.Read(new("src/Modules/Loyalty/Loyalty.csproj", "<Project />"))
            .ShouldBe(new("Loyalty", "src/Modules/Loyalty", "RealtimeTours.Loyalty", "RealtimeTours.Loyalty"));
        Projects.Read(new("tests/Slow/Slow.csproj", "<Project><PropertyGroup><RootNamespace>Other</RootNamespace></PropertyGroup></Project>"))
            .RootNamespace.ShouldBe("Other");
    }

    [Theory]
    [InlineData("src/Web/Bookings/BookSeats.cs", "namespace RealtimeTours.Web;")]
    [InlineData("src/Web/Bookings/Holds/Hold.cs", "namespace RealtimeTours.Web.Bookings;")]
    [InlineData("src/Web/WebSettings.cs", "namespace RealtimeTours.Web.Settings;")]
    [InlineData("src/Web/Bookings/BookSeats.cs", "namespace RealtimeTours.Web.Bookings\n{\n}")]
    [InlineData("src/Web/Bookings/BookSeats.cs", "internal sealed class BookSeats;")]
    [InlineData("src/Web/Inner/Hold.cs", "namespace RealtimeTours.Web.Inner;")]
    [InlineData("src/Other/Hold.cs", "namespace RealtimeTours.Other;")]
    [InlineData("tests/RealtimeTours.Tests/Bookings/HoldTests.cs", "namespace RealtimeTours.Tests;")]
    public void Another_namespace_is_found(string path, string text) => NamespaceIsFolder.Violations(new(path, text), Planted).ShouldHaveSingleItem();

    [Theory]
    [InlineData("src/Web/Bookings/Holds/Hold.cs", "using System;\n\nnamespace RealtimeTours.Web.Bookings.Holds;\n")]
    [InlineData("src/Web/WebSettings.cs", "namespace RealtimeTours.Web;")]
    [InlineData("src/Web/Inner/Hold.cs", "namespace RealtimeTours.Inner;")]
    [InlineData("src/Web/Program.cs", "return 0;\n\npublic partial class Program;")]
    [InlineData("src/Web/GlobalUsings.cs", "global using System;")]
    [InlineData("tests/RealtimeTours.Tests/Bookings/HoldTests.cs", "namespace RealtimeTours.Tests.Bookings;")]
    public void The_namespace_of_the_folder_is_fine(string path, string text) =>
        NamespaceIsFolder.Violations(new(path, text), Planted).ShouldBeEmpty();
}
