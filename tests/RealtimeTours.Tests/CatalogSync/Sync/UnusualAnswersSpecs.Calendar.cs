using RealtimeTours.CatalogSync.Sync;
using static RealtimeTours.Tests.CatalogSync.Suppliers.HandwrittenSupplier;

namespace RealtimeTours.Tests.CatalogSync.Sync;

// The calendar call: for day tickets only, and never instead of a figure that it does not have.
public abstract partial class UnusualAnswersSpecs
{
    private const string Departures = "availability";
    private const string Calendar = "availability/calendar";

    [Fact]
    public async Task Day_tickets_are_synced_by_the_calendar_and_once_an_hour_by_their_departures()
    {
        await SellsAsync(Ticket(0, 7), Ticket(1, 7), Ticket(2, 7), Ticket(3, 7));
        _supplier.Calendar = [Day(0, "LIMITED", 3), Day(1, "SOLD_OUT", 0), Day(2, "CLOSED", 0, hours: "")]; // and the fourth has no row
        await SyncAsync();
        (await SeatsAsync()).ShouldAllBe(day => day.Seats == 7);
        (await SyncAsync()).ShouldBe(new SyncOutcome(4, 0, null));
        (await SeatsAsync()).ShouldBe([(3, 20, false), (0, 20, false), (7, 20, true), (7, 20, true)]);
        CallsAfterImport().ShouldBe([Departures, Calendar]);

        _time.Advance(TimeSpan.FromHours(1));
        await SyncAsync();
        CallsAfterImport().ShouldBe([Departures, Calendar, Departures]);
        (await SeatsAsync()).ShouldAllBe(day => day.Seats == 7 && !day.Closed);
    }

    [Fact]
    public async Task A_supplier_without_a_calendar_is_asked_by_departures_in_the_same_sync_and_for_a_calendar_once_an_hour()
    {
        await SellsAsync(Ticket(0, 7), Ticket(1, 7));
        await SyncAsync();
        for (var seats = 6; seats > 3; seats--)
        {
            _supplier.Rows["kayak"] = [Ticket(0, seats), Ticket(1, seats)];
            (await SyncAsync()).ShouldBe(new SyncOutcome(2, 0, null));
        }
        CallsAfterImport().ShouldBe([Departures, Calendar, Departures, Departures, Departures]);
        (await SeatsAsync()).ShouldBe([(4, 20, false), (4, 20, false)]);
    }

    [Theory]
    [InlineData("AVAILABLE", 3, "")] // no hours: which departure is it about?
    [InlineData("PERHAPS", 3, NineToSix)]
    public async Task A_calendar_that_says_less_than_the_departures_is_not_believed(string status, int vacancies, string hours)
    {
        await SellsAsync(Ticket(0, 7), Ticket(1, 7));
        _supplier.Calendar = [Day(0, status, vacancies, hours), Day(1, "AVAILABLE", 3)];
        await SyncAsync();
        _supplier.Rows["kayak"] = [Ticket(0, 5), Ticket(1, 5)];
        await SyncAsync();
        CallsAfterImport().ShouldBe([Departures, Calendar, Departures]);
        (await SeatsAsync()).ShouldBe([(5, 20, false), (5, 20, false)]);
    }

    [Fact]
    public async Task Departures_at_a_time_of_day_are_never_synced_by_the_calendar_nor_is_what_somebody_says_has_changed()
    {
        _supplier.Calendar = [Day(0, "AVAILABLE", 20)];
        await SellsAsync(Row(At(0), "AVAILABLE", 7, OfTwenty));
        for (var i = 0; i < 3; i++) await SyncAsync();
        CallsAfterImport().ShouldAllBe(call => call == Departures);

        _supplier.Rows["kayak"] = [Ticket(0, 7)];
        _supplier.Rows["walk"] = [Ticket(0, 7)];
        await ImportAsync();
        _supplier.Asked.Clear();
        await SyncAsync("acme-walk");
        await _host.Get<LinkedTours>().HintAsync("acme", "walk", null, default);
        await SyncAsync("acme-walk");
        await SyncAsync("acme-walk");
        _supplier.Asked.Select(asked => asked.Call).ShouldBe([Departures, Departures, Calendar]);
    }

    private const string NineToSix = """{"from":"09:00","to":"18:00"}""";

    private IEnumerable<string> CallsAfterImport() => _supplier.Asked.Skip(1).Select(asked => asked.Call);

    private static string Ticket(int day, int seats) => Row(
        $"{FirstDay.AddDays(day):yyyy-MM-dd}T00:00:00+01:00", "AVAILABLE", seats, $"{OfTwenty},\"allDay\":true,\"openingHours\":[{NineToSix}]");

    private static string Day(int day, string status, int vacancies, string hours = NineToSix) => $$"""
        {"localDate":"{{FirstDay.AddDays(day):yyyy-MM-dd}}","status":"{{status}}","vacancies":{{vacancies}},"capacity":20,"openingHours":[{{hours}}]}
        """;
}
