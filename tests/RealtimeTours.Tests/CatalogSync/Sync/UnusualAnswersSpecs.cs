using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Tests.CatalogSync.Suppliers;
using static RealtimeTours.Tests.CatalogSync.Suppliers.HandwrittenSupplier;

namespace RealtimeTours.Tests.CatalogSync.Sync;

/// <summary>What real suppliers write, imported and synced over HTTP into a real database: the tour goes on, and no seat is made up.</summary>
public abstract partial class UnusualAnswersSpecs : IAsyncLifetime
{
    private static readonly DateOnly FirstDay = new(2027, 3, 10);
    private readonly TimeOf _time = new(new DateTimeOffset(2027, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private HandwrittenSupplier _supplier = null!;
    private SyncHost _host = null!;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("rtt-").FullName;

    protected abstract Task<PlatformSettings> NewDatabaseAsync();

    public async Task InitializeAsync()
    {
        _supplier = await HandwrittenSupplier.StartAsync();
        _host = await new SyncHost(await NewDatabaseAsync(), [_supplier.Settings], _time).QuietAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _supplier.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public async Task A_date_that_sold_out_is_sold_out_although_another_one_of_the_answer_is_oversold()
    {
        await SellsAsync(Row(At(0), "AVAILABLE", 7, OfTwenty), Row(At(1), "AVAILABLE", 7, OfTwenty));
        _supplier.Rows["kayak"] = [Row(At(0), "LIMITED", -2, OfTwenty), Row(At(1), "SOLD_OUT", 0, OfTwenty)];
        (await SyncAsync()).ShouldBe(new SyncOutcome(2, 0, null));
        (await SeatsAsync()).ShouldBe([(0, 20, false), (0, 20, false)]);
        (await _host.TourAsync("acme-kayak")).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"id":"a","localDateTimeStart":"START","status":"AVAILABLE","vacancies":"many"}""", "vacancies")]
    [InlineData("""{"id":"a","localDateTimeStart":"START","status":"AVAILABLE","vacancies":2.5}""", "vacancies")]
    [InlineData("""{"id":"a","localDateTimeStart":"START","status":"PERHAPS","vacancies":3}""", "status")]
    [InlineData("""{"id":"\ud800","localDateTimeStart":"START","status":"AVAILABLE","vacancies":3}""", "id")]
    [InlineData("""{"localDateTimeStart":"START","status":"AVAILABLE","vacancies":3}""", "id")]
    public async Task A_row_that_cannot_be_read_keeps_its_own_departure_as_it_was_and_costs_no_other_one_anything(string row, string reason)
    {
        await SellsAsync(Row(At(0), "AVAILABLE", 7, OfTwenty), Row(At(1), "AVAILABLE", 7, OfTwenty), Row(At(2), "AVAILABLE", 7, OfTwenty));
        _supplier.Rows["kayak"] = [row.Replace("START", At(0), StringComparison.Ordinal), Row(At(1), "SOLD_OUT", 0, OfTwenty)];
        (await SyncAsync()).ShouldBe(new SyncOutcome(2, 0, null) { Unreadable = 1 });
        (await SeatsAsync()).ShouldBe([(7, 20, false), (0, 20, false), (7, 20, true)]); // the third one is gone
        var shown = (await _host.Get<SupplierAdmin>().ToursAsync("acme", SyncResults.Failed, null, 10, default)).ShouldHaveSingleItem();
        shown.Reason!.ShouldStartWith("1 of 2 rows could not be read");
        shown.Reason.ShouldContain(reason);
        shown.LastSyncedAt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("""{"id":"a","status":"AVAILABLE","vacancies":3}""")]
    [InlineData("""{"id":"a","localDateTimeStart":"soon enough to wait","status":"AVAILABLE","vacancies":3}""")]
    [InlineData("""{"id":"a","localDateTimeStart":"0001-01-01T00:00:00+10:00","status":"AVAILABLE","vacancies":3}""")]
    [InlineData("""{"id":"a","localDateTimeStart":"2031-01-01T00:00:00+10:00","status":"AVAILABLE","vacancies":3}""")]
    [InlineData("7")]
    public async Task An_answer_with_a_row_that_could_be_any_departure_closes_none(string row)
    {
        await SellsAsync(Row(At(0), "AVAILABLE", 7, OfTwenty), Row(At(1), "AVAILABLE", 7, OfTwenty));
        _supplier.Always = [row];
        _supplier.Rows["kayak"] = [Row(At(1), "SOLD_OUT", 0, OfTwenty)];
        (await SyncAsync()).Unreadable.ShouldBe(1);
        (await SeatsAsync()).ShouldBe([(7, 20, false), (0, 20, false)]);
        (await _host.TourAsync("acme-kayak")).Error!.ShouldContain("all departures without a row");

        _supplier.Always = [];
        await SyncAsync();
        (await SeatsAsync()).ShouldBe([(7, 20, true), (0, 20, false)]);
        (await _host.TourAsync("acme-kayak")).Error.ShouldBeNull();
    }

    [Theory]
    //          at import                 | then                          | shown
    [InlineData("SOLD_OUT", 0, null, "AVAILABLE", 8, null, 8, 8)]
    [InlineData("CLOSED", null, null, "AVAILABLE", 8, null, 8, 8)]
    [InlineData("SOLD_OUT", 0, null, "LIMITED", 3, null, 3, 3)]
    [InlineData("SOLD_OUT", 0, null, "FREESALE", null, null, 100, 100)]
    [InlineData("LIMITED", 3, null, "AVAILABLE", 8, null, 8, 8)]
    [InlineData("AVAILABLE", 8, null, "LIMITED", 3, null, 3, 8)]
    [InlineData("FREESALE", null, null, "AVAILABLE", 150, null, 150, 150)]
    [InlineData("AVAILABLE", 8, 10, "AVAILABLE", 12, 10, 12, 12)]
    [InlineData("AVAILABLE", 12, 10, "SOLD_OUT", 0, null, 0, 12)]
    public async Task A_capacity_that_is_not_stated_or_too_small_grows_to_the_seats_there_are(
        string status, int? vacancies, int? capacity, string thenStatus, int? thenVacancies, int? thenCapacity, int seats, int of)
    {
        await SellsAsync(Row(At(0), status, vacancies, Capacity(capacity)));
        _supplier.Rows["kayak"] = [Row(At(0), thenStatus, thenVacancies, Capacity(thenCapacity))];
        await SyncAsync();
        await SyncAsync();
        (await SeatsAsync()).ShouldBe([(seats, of, false)]);

        static string Capacity(int? count) => $",\"capacity\":{count?.ToString() ?? "null"}";
    }

    [Theory]
    [InlineData("18:00:00-08:00", null)] // the next day in UTC
    [InlineData("08:00:00+10:00", null)] // the day before in UTC
    [InlineData("12:00:00+00:00", null)]
    [InlineData("18:00:00-08:00", "UTC")]
    [InlineData("18:00:00-08:00", "No/Such_Zone")]
    public async Task A_product_without_time_zone_is_asked_about_the_days_that_the_supplier_writes(string time, string? zone)
    {
        _supplier.TimeZone = zone;
        await SellsAsync([.. Enumerable.Range(0, 3).Select(day => Row($"{FirstDay.AddDays(day):yyyy-MM-dd}T{time}", "AVAILABLE", 7, OfTwenty))]);
        _supplier.Rows["kayak"] =
            [.. Enumerable.Range(0, 3).Select(day => Row($"{FirstDay.AddDays(day):yyyy-MM-dd}T{time}", "AVAILABLE", 3 + day, OfTwenty))];
        (await SyncAsync()).ShouldBe(new SyncOutcome(3, 0, null));
        (await SeatsAsync()).ShouldBe([(3, 20, false), (4, 20, false), (5, 20, false)]);
        var (_, _, from, to) = _supplier.Asked.Last();
        DateOnly.Parse(from).ShouldBeLessThanOrEqualTo(FirstDay);
        DateOnly.Parse(to).ShouldBeGreaterThanOrEqualTo(FirstDay.AddDays(2));

        _supplier.Rows["kayak"] = _supplier.Rows["kayak"][1..];
        await SyncAsync();
        (await SeatsAsync()).Select(departure => departure.Closed).ShouldBe([true, false, false]);
    }

    private const string OfTwenty = ",\"capacity\":20";

    private static string At(int day) => $"{FirstDay.AddDays(day):yyyy-MM-dd}T12:00:00";

    private async Task SellsAsync(params string[] rows)
    {
        _supplier.Rows["kayak"] = rows;
        (await ImportAsync()).ShouldBe(new ImportOutcome(1, 0, 0, 0, null));
    }

    private Task<ImportOutcome> ImportAsync() =>
        _host.Get<ImportSupplier>().RunAsync(_host.Get<ConfiguredSuppliers>().Find(HandwrittenSupplier.Id)!, default);

    private Task<SyncOutcome> SyncAsync(string tourId = "acme-kayak") => _host.SyncAsync(tourId, HandwrittenSupplier.Id);

    /// <summary>Of all departures by start.</summary>
    private async Task<IReadOnlyList<(int Seats, int Capacity, bool Closed)>> SeatsAsync(string tourId = "acme-kayak")
    {
        var found = new List<(int, int, bool)>();
        foreach (var departure in await _host.Get<LinkedTours>().DeparturesAsync(tourId, _time.GetUtcNow(), default))
            found.Add((departure.Seats.Available, departure.Seats.Capacity, departure.Seats.Closed));
        return found;
    }

    /// <summary>A clock that runs as the real one, but began at another time: in 2027 both nights of the clock change lie ahead.</summary>
    private sealed class TimeOf(DateTimeOffset start) : TimeProvider
    {
        private TimeSpan _ahead = start - DateTimeOffset.UtcNow;

        public void Advance(TimeSpan by) => _ahead += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;
    }
}

public sealed class SqliteUnusualAnswersTests : UnusualAnswersSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => Task.FromResult(SyncHost.Sqlite(Folder));
}

public sealed class PostgresUnusualAnswersTests : UnusualAnswersSpecs
{
    protected override Task<PlatformSettings> NewDatabaseAsync() => SyncHost.PostgresAsync(Folder);
}
