namespace RealtimeTours.Tests.Architecture;

/// <summary>The shape of the code. For each rule a second test plants a violation and sees it found.</summary>
public class CodeShapeRulesTests
{
    private static readonly IReadOnlyList<SourceFile> Code = SourceTree.Files("src", ".cs");
    private static readonly IReadOnlyList<SourceFile> AllCode = SourceTree.Files("src", ".cs", ".ts", ".tsx", ".js", ".mjs", ".css");

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        AllCode.Concat(SourceTree.Files("tests", ".cs", ".mjs", ".js", ".ts")).SelectMany(CodeShapeRules.TooLong).ShouldBeEmpty();

    [Fact]
    public void A_long_file_is_found()
    {
        CodeShapeRules.TooLong(Planted("src/Web/Long.cs", string.Concat(Enumerable.Repeat("line\n", 301)))).ShouldHaveSingleItem();
        CodeShapeRules.TooLong(Planted("src/Web/Long.cs", string.Concat(Enumerable.Repeat("line\n", 300)))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_file_is_named_after_what_one_searches_for() =>
        AllCode.SelectMany(CodeShapeRules.NamesThatSayNothing).ShouldBeEmpty();

    [Theory]
    [InlineData("src/Web/Extensions.cs")]
    [InlineData("src/Web/StringExtensions.cs")]
    [InlineData("src/Web/Helpers.cs")]
    [InlineData("src/Web/TourUtils.cs")]
    [InlineData("src/Web/Utilities.cs")]
    [InlineData("src/Web/Common.cs")]
    [InlineData("src/Web/Service.cs")]
    [InlineData("src/Web/Manager.cs")]
    public void A_name_that_says_nothing_is_found(string path) => CodeShapeRules.NamesThatSayNothing(Planted(path)).ShouldHaveSingleItem();

    [Fact]
    public void No_file_name_is_used_twice() => CodeShapeRules.NamesUsedTwice(Code).ShouldBeEmpty();

    [Fact]
    public void A_name_used_twice_is_found()
    {
        CodeShapeRules.NamesUsedTwice([Planted("src/Web/Tours/Cache.cs"), Planted("src/CatalogSync/Cache.cs")]).ShouldHaveSingleItem();
        CodeShapeRules.NamesUsedTwice([Planted("src/Web/Program.cs"), Planted("src/CatalogSync/Program.cs")]).ShouldBeEmpty();
    }

    [Fact]
    public void The_mode_is_chosen_in_the_seam_tables_alone() => Code.SelectMany(CodeShapeRules.ModeOutsideTheTables).ShouldBeEmpty();

    [Theory]
    [InlineData("if (settings.Distributed) await redis.ResetAsync();")]
    [InlineData("if (!embedded) return;")]
    [InlineData("if (_isDistributed) return;")]
    public void A_question_for_the_mode_elsewhere_is_found(string line)
    {
        CodeShapeRules.ModeOutsideTheTables(Planted("src/Bookings/Bookings/BookSeats.cs", line)).ShouldHaveSingleItem();
        CodeShapeRules.ModeOutsideTheTables(Planted("src/Bookings/Bookings/BookingsModule.cs", line)).ShouldBeEmpty();
    }

    [Fact]
    public void Event_names_are_written_in_EventTypes_alone() => Code.SelectMany(CodeShapeRules.EventNamesWrittenOut).ShouldBeEmpty();

    [Theory]
    [InlineData("await Publish(\"tour.availability.updated\");")]
    [InlineData("await Publish(\"booking.created\");")]
    public void An_event_name_elsewhere_is_found(string line)
    {
        CodeShapeRules.EventNamesWrittenOut(Planted("src/Bookings/Bookings/BookSeats.cs", line)).ShouldHaveSingleItem();
        CodeShapeRules.EventNamesWrittenOut(Planted("src/Contracts/Events/EventTypes.cs", line)).ShouldBeEmpty();
        CodeShapeRules.EventNamesWrittenOut(Planted("src/Bookings/Bookings/BookSeats.cs", "// " + line)).ShouldBeEmpty();
    }

    private static SourceFile Planted(string path, string text = "") => new(path, text);
}
