using System.Globalization;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using static RealtimeTours.Tests.CatalogSync.Suppliers.HandwrittenSupplier;

namespace RealtimeTours.Tests.CatalogSync.Sync;

// Large answers, large figures, other statuses, and ids of any characters.
public abstract partial class UnusualAnswersSpecs
{
    [Theory]
    [InlineData("8.0", 8)]
    [InlineData("8e0", 8)]
    [InlineData("2147483648", 1_000_000)]
    [InlineData("1e12", 1_000_000)]
    [InlineData("9223372036854775808", 1_000_000)]
    public async Task Seats_are_sold_however_a_supplier_writes_their_number(string number, int seats)
    {
        await SellsAsync(Row(At(0), "SOLD_OUT", 0));
        _supplier.Rows["kayak"] = [Row(At(0), "AVAILABLE").Replace("null", number, StringComparison.Ordinal)];
        await SyncAsync();
        (await SeatsAsync()).ShouldBe([(seats, seats, false)]);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(203)]
    public async Task An_answer_with_another_status_of_success_is_one(int status)
    {
        _supplier.Status = status;
        await SellsAsync(Row(At(0), "AVAILABLE", 7, OfTwenty));
        _supplier.Rows["kayak"] = [Row(At(0), "AVAILABLE", 3, OfTwenty)];
        (await SyncAsync()).ShouldBe(new SyncOutcome(1, 0, null));
        (await SeatsAsync()).ShouldBe([(3, 20, false)]);
    }

    [Fact]
    public async Task A_product_with_more_departures_than_fit_into_an_answer_is_asked_about_in_smaller_windows()
    {
        string[] Rows(int seats) => [.. Enumerable.Range(0, 12).Select(day => Large(At(day), 400_000, seats))]; // 5 MB
        await SellsAsync(Rows(7));
        (await SeatsAsync()).Count.ShouldBe(12);
        var questions = _supplier.Asked.ToArray();
        questions.ShouldContain(asked => asked.From == questions[0].From && asked.To == questions[0].To);

        _supplier.Asked.Clear();
        _supplier.Rows["kayak"] = Rows(3)[1..];
        (await SyncAsync()).ShouldBe(new SyncOutcome(12, 0, null));
        (await SeatsAsync()).ShouldBe([(7, 20, true), .. Enumerable.Repeat((3, 20, false), 11)]);
        var windows = _supplier.Asked.Select(asked => (From: DateOnly.Parse(asked.From, CultureInfo.InvariantCulture),
            To: DateOnly.Parse(asked.To, CultureInfo.InvariantCulture))).ToArray();
        windows.Length.ShouldBeGreaterThan(1);
        (windows[0].From, windows[^1].To).ShouldBe((FirstDay, FirstDay.AddDays(11)));
        windows.Zip(windows.Skip(1)).ShouldAllBe(pair => pair.Second.From == pair.First.To.AddDays(1)); // nothing twice, and no answer for nothing
    }

    [Fact]
    public async Task A_product_of_which_a_single_day_is_too_large_says_so_and_costs_the_others_nothing()
    {
        _supplier.Rows["bus"] = [Large(At(0), 3_000_000, 7)];
        _supplier.Rows["kayak"] = [Row(At(0), "AVAILABLE", 7, OfTwenty)];
        var outcome = await ImportAsync();
        (outcome.Created, outcome.Failed).ShouldBe((1, 1));
        outcome.Error!.ShouldStartWith("Product bus: Unreadable: The answer is larger than 2097152 bytes");
        outcome.Error.ShouldContain($"{FirstDay:yyyy-MM-dd} alone");

        _supplier.Rows["kayak"] = [Large(At(0), 3_000_000, 7)];
        (await SyncAsync()).Failure.ShouldNotBeNull();
        (await _host.TourAsync("acme-kayak")).Error!.ShouldContain("larger than 2097152 bytes");
        (await SeatsAsync()).ShouldBe([(7, 20, false)]);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("/tours/../admin?x=1#y")]
    [InlineData("øl & \"brød\" 10 %")]
    public async Task A_product_with_an_id_of_any_characters_is_imported_and_synced(string product)
    {
        _supplier.Rows[product] = [Row(At(0), "AVAILABLE", 7, OfTwenty)];
        _supplier.Rows["a-b"] = [Row(At(0), "AVAILABLE", 5, OfTwenty)]; // what an id could be mistaken for
        (await ImportAsync()).ShouldBe(new ImportOutcome(2, 0, 0, 0, null));
        var id = (await _host.Database.InTransactionAsync(transaction => transaction.FirstOrDefaultAsync<string>(
            "SELECT id FROM tours WHERE supplier_product_id = @product AND supplier_option_id = @option",
            new { product, option = $"{product}/one way" })))!;
        id.ShouldMatch("^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$");

        _supplier.Rows[product] = [Row(At(0), "AVAILABLE", 3, OfTwenty)];
        (await SyncAsync(id)).ShouldBe(new SyncOutcome(1, 0, null));
        (await SeatsAsync(id)).ShouldBe([(3, 20, false)]);
        (await SeatsAsync("acme-a-b")).ShouldBe([(5, 20, false)]);
        (await ImportAsync()).ShouldBe(new ImportOutcome(0, 0, 0, 0, null));
    }

    [Fact]
    public async Task A_supplier_whose_own_id_begins_with_a_hyphen_gets_tours_that_do_not()
    {
        await using var host = await new SyncHost(await NewDatabaseAsync() with { DataFolder = Path.Combine(Folder, "other") },
            [new SupplierSettings { Id = "-b", Url = _supplier.Settings.Url, ApiKey = _supplier.Settings.ApiKey }]).QuietAsync();
        _supplier.Rows["kayak"] = [];
        await host.Get<ImportSupplier>().RunAsync(host.Get<ConfiguredSuppliers>().Find("-b")!, default);
        (await host.Database.InTransactionAsync(transaction => transaction.FirstOrDefaultAsync<string>("SELECT id FROM tours")))!
            .ShouldStartWith("b-kayak-");
    }

    private static string Large(string start, int bytes, int seats) =>
        Row(start, "AVAILABLE", seats, $"{OfTwenty},\"notes\":\"{new string('x', bytes)}\"");
}
