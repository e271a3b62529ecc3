namespace RealtimeTours.Tests.Architecture;

/// <summary>One folder writes each table. The second tests plant a violation and see it found.</summary>
public class OneWriterTests
{
    private static readonly IReadOnlyList<SourceFile> Code = SourceTree.Files("src", ".cs");

    [Fact]
    public void Each_table_is_written_in_one_folder() => OneWriter.Violations(Code, OneWriter.Homes, OneWriter.Exceptions).ShouldBeEmpty();

    [Fact]
    public void Every_exception_is_needed() => OneWriter.Unneeded(Code, OneWriter.Exceptions).ShouldBeEmpty();

    [Fact]
    public void The_tables_of_the_schema_are_seen()
    {
        var tables = Code.SelectMany(OneWriter.Writes).Select(write => write.Table).ToHashSet();
        foreach (var table in new[] { "tours", "departures", "bookings", "outbox", "payments" }) tables.ShouldContain(table);
    }

    [Theory]
    [InlineData("UPDATE tours SET title = 'x'")]
    [InlineData("INSERT INTO tours (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET title = 'x'")]
    [InlineData("INSERT OR IGNORE INTO tours (id) VALUES (1)")]
    [InlineData("DELETE FROM tours")]
    [InlineData("WITH gone AS (\n    DELETE\n    FROM tours RETURNING id) SELECT id FROM gone")]
    public void A_second_folder_that_writes_a_table_is_found(string sql)
    {
        var first = Planted("src/Web/Tours/TourStore.cs", "UPDATE tours SET status = 'open'");
        Violations(first, Planted("src/CatalogSync/Import/ImportTours.cs", sql)).ShouldHaveSingleItem()
            .ShouldContain("src/CatalogSync/Import (ImportTours.cs:");
        Violations(first, Planted("src/Web/Tours/CloseTour.cs", sql)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("SELECT id FROM tours FOR UPDATE")]
    [InlineData("SELECT id FROM tours FOR UPDATE skip_this")]
    [InlineData("SELECT updated_at FROM tours")]
    public void Reading_a_table_is_no_writing(string sql) => OneWriter.Writes(Planted("src/Web/Tours/TourStore.cs", sql)).ShouldBeEmpty();

    [Fact]
    public void A_comment_is_no_statement() =>
        OneWriter.Writes(new("src/Web/Tours/TourStore.cs", "// UPDATE tours waits.\n/// <summary>INSERT INTO tours.</summary>")).ShouldBeEmpty();

    [Fact]
    public void Departures_written_elsewhere_are_found()
    {
        Violations(Planted("src/Web/Bookings/Seats.cs", "UPDATE departures SET available = 1")).ShouldHaveSingleItem();
        Violations(Planted("src/Bookings/Departures/Seats.cs", "UPDATE departures SET available = 1")).ShouldBeEmpty();
    }

    [Fact]
    public void A_name_made_at_run_time_is_found() =>
        Violations(Planted("src/Web/Tours/Clear.cs", "DELETE FROM {table}")).ShouldHaveSingleItem();

    [Fact]
    public void An_exception_is_for_one_table_and_folder_and_must_be_needed()
    {
        SecondWriter[] exceptions = [new("tours", "SampleCatalogue", "Fills an empty database before anybody else writes.")];
        SourceFile[] files =
        [
            Planted("src/Web/Tours/TourStore.cs", "UPDATE tours SET status = 'open'"),
            Planted("src/Simulation/SampleCatalogue/SampleTours.cs", "INSERT INTO tours (id) VALUES (1)"),
        ];

        OneWriter.Violations(files, OneWriter.Homes, exceptions).ShouldBeEmpty();
        OneWriter.Violations([.. files, Planted("src/Web/Pages/Pages.cs", "DELETE FROM tours")], OneWriter.Homes, exceptions).ShouldHaveSingleItem();
        OneWriter.Unneeded(files, exceptions).ShouldBeEmpty();
        OneWriter.Unneeded(files[..1], exceptions).ShouldHaveSingleItem();
    }

    private static IEnumerable<string> Violations(params SourceFile[] files) => OneWriter.Violations(files, OneWriter.Homes, []);

    private static SourceFile Planted(string path, string sql) => new(path, $"await connection.ExecuteAsync(\"\"\"{sql}\"\"\");");
}
