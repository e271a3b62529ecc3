using System.Globalization;
using RealtimeTours.CatalogSync.Sync;
using static RealtimeTours.Tests.CatalogSync.Suppliers.HandwrittenSupplier;

namespace RealtimeTours.Tests.CatalogSync.Sync;

// The nights in which the clocks change, and opening hours.
public abstract partial class UnusualAnswersSpecs
{
    // In Europe/Berlin the first has no hour from two to three, the second has it twice.
    private const string Spring = "2027-03-28";
    private const string Autumn = "2027-10-31";

    [Theory]
    [InlineData("")]
    [InlineData("offsets")] // 02:30+01:00 and 03:30+02:00 are one instant
    public async Task In_the_night_without_the_hour_after_two_the_timetable_goes_on_and_the_hour_that_exists_counts(string offsets)
    {
        var (two, three) = offsets.Length > 0 ? ("T02:30:00+01:00", "T03:30:00+02:00") : ("T02:30:00", "T03:30:00");
        await SellsAsync(Row($"{Spring}{two}", "AVAILABLE", 20, OfTwenty), Row($"{Spring}{three}", "LIMITED", 3, OfTwenty),
            Row($"{Spring}T12:00:00", "AVAILABLE", 7, OfTwenty));
        (await StartsAsync()).ShouldBe([Utc(Spring, "01:30"), Utc(Spring, "10:00")]);
        (await SeatsAsync()).ShouldBe([(3, 20, false), (7, 20, false)]);

        _supplier.Rows["kayak"] = [Row($"{Spring}{two}", "AVAILABLE", 20, OfTwenty), Row($"{Spring}{three}", "SOLD_OUT", 0),
            Row($"{Spring}T12:00:00", "SOLD_OUT", 0)];
        (await SyncAsync()).ShouldBe(new SyncOutcome(2, 0, null));
        (await SeatsAsync()).ShouldBe([(0, 20, false), (0, 20, false)]);
    }

    [Fact]
    public async Task An_hour_that_does_not_exist_alone_is_the_one_after_it()
    {
        await SellsAsync(Row($"{Spring}T02:30:00", "AVAILABLE", 7, OfTwenty));
        (await StartsAsync()).ShouldBe([Utc(Spring, "01:30")]);
    }

    [Fact]
    public async Task An_hour_that_comes_twice_and_is_written_twice_is_two_departures_and_written_once_the_later_one()
    {
        var half = $"{Autumn}T02:30:00";
        var noon = Row($"{Autumn}T12:00:00", "AVAILABLE", 9, OfTwenty);
        await SellsAsync(Row(half, "AVAILABLE", 7, OfTwenty), Row(half, "AVAILABLE", 5, OfTwenty), noon);
        (await StartsAsync()).ShouldBe([Utc(Autumn, "00:30"), Utc(Autumn, "01:30"), Utc(Autumn, "11:00")]);
        (await SeatsAsync()).ShouldBe([(7, 20, false), (5, 20, false), (9, 20, false)]);

        _supplier.Rows["kayak"] = [Row(half, "SOLD_OUT", 0), Row(half, "LIMITED", 1, OfTwenty), noon];
        await SyncAsync();
        (await SeatsAsync()).ShouldBe([(0, 20, false), (1, 20, false), (9, 20, false)]);
        _supplier.Rows["kayak"] = [Row(half, "LIMITED", 2, OfTwenty), noon];
        await SyncAsync();
        (await SeatsAsync()).ShouldBe([(0, 20, true), (2, 20, false), (9, 20, false)]);
    }

    [Fact]
    public async Task A_timetable_by_the_half_hour_through_both_nights_stays_open()
    {
        string[] times = [.. Enumerable.Range(0, 12).Select(half => $"{half / 2:00}:{half % 2 * 30:00}:00")];
        string[] Rows(int seats) => [.. new[] { Spring, Autumn }.SelectMany(day => times.Select(
            time => Row($"{day}T{time}", "AVAILABLE", seats, OfTwenty)))];
        await SellsAsync(Rows(7));
        _supplier.Rows["kayak"] = Rows(6);
        (await SyncAsync()).Changed.ShouldBe(22); // two of the spring's twelve fall on others
        (await SeatsAsync()).ShouldAllBe(departure => departure.Seats == 6 && !departure.Closed);
    }

    [Theory]
    //          from    to         opens    hours
    [InlineData("09:00", "24:00", "09:00", 15)]
    [InlineData("00:00", "24:00", "00:00", 24)]
    [InlineData("18:00:00", "02:00:00", "18:00", 8)]
    public async Task A_day_ticket_until_midnight_or_later_is_sold(string from, string to, string opens, int hours)
    {
        var day = FirstDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await SellsAsync(Row($"{day}T00:00:00", "AVAILABLE", 7,
            $$""","capacity":20,"allDay":true,"openingHours":[{"from":"{{from}}","to":"{{to}}"}]"""));
        var start = (await StartsAsync()).ShouldHaveSingleItem();
        start.ShouldBe(Utc(day, opens).AddHours(-1));
        (await _host.Database.InTransactionAsync(transaction => transaction.FirstOrDefaultAsync<double>("SELECT duration_hours FROM tours")))
            .ShouldBe(hours);
    }

    private async Task<IReadOnlyList<DateTimeOffset>> StartsAsync() =>
        [.. (await _host.Get<LinkedTours>().DeparturesAsync("acme-kayak", _time.GetUtcNow(), default)).Select(departure => departure.StartsAt)];

    private static DateTimeOffset Utc(string day, string time) =>
        DateTimeOffset.Parse($"{day}T{time}:00Z", CultureInfo.InvariantCulture);
}
