using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Web.Tours;

public abstract class ListToursSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Fact]
    public async Task A_destination_is_found_however_it_is_written_and_sold_out_tours_are_shown()
    {
        var city = NewCity("Málaga");
        var open = await web.AddTourAsync(city, "b", departures: [(Soon.AddDays(2), 9, 9), (Soon, 9, 0), (Soon.AddDays(1), 9, 2)]);
        var soldOut = await web.AddTourAsync(city, "a", departures: (Soon, 9, 0));
        var empty = await web.AddTourAsync(city, "c");
        await web.AddTourAsync(NewCity("Porto"), departures: (Soon, 9, 9));

        var page = await PageAsync($"destination={Uri.EscapeDataString(city.ToUpperInvariant())}");
        page.Tours.Select(tour => (tour.Id, tour.Date, tour.AvailableSpots, tour.Status)).ShouldBe([
            (soldOut, Soon, 0, AvailabilityStatus.SoldOut),
            (open, Soon.AddDays(1), 2, AvailabilityStatus.Low),
            (empty, null, 0, AvailabilityStatus.SoldOut)]);
        (page.Total, page.Cursor).ShouldBe((3, null));
        (await PageAsync($"destination={city}&category=WALK")).Total.ShouldBe(3);
        (await PageAsync($"destination={city}&category=boat")).Total.ShouldBe(0);
    }

    [Theory]
    [InlineData("Málaga", "Malaga")]
    [InlineData("Málaga", "MA\u0301LAGA")] // the accent as a character of its own
    [InlineData("Malaga", "málaga")]
    [InlineData("København", "kobenhavn")]
    [InlineData("Łódź", "lodz")]
    [InlineData("Gießen", "GIESSEN")]
    [InlineData("Reykjavík Þing", "reykjavik thing")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("Αθήνα", "αθηνα")]
    [InlineData("Ærø", "aero")]
    public async Task A_destination_and_a_category_are_found_without_their_accents(string written, string typed)
    {
        var mark = $"{Guid.NewGuid():N}"[..8];
        var id = await web.AddTourAsync($"{mark} {written}", departures: (Soon, 9, 9));
        await web.ExecuteAsync("UPDATE tours SET category = @written WHERE id = @id", new { written, id });
        await Eventually.ShouldBeTrueAsync(
            async () => (await PageAsync($"destination={Uri.EscapeDataString($"{mark} {typed}")}")).Tours.Any(tour => tour.Category == written));
        (await PageAsync($"destination={mark}&category={Uri.EscapeDataString(typed)}")).Tours.Single().Id.ShouldBe(id);
        (await PageAsync($"destination={mark}&category={Uri.EscapeDataString(typed)}x")).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_party_sees_only_departures_with_seats_for_all()
    {
        var city = NewCity("Rome");
        var tour = await web.AddTourAsync(city, "a", departures: [(Soon, 9, 3), (Soon.AddDays(1), 9, 8)]);
        await web.AddTourAsync(city, "b", departures: (Soon, 9, 3));
        var page = await PageAsync($"destination={city}&participants=4");
        page.Tours.Select(found => (found.Id, found.Date, found.AvailableSpots)).ShouldBe([(tour, Soon.AddDays(1), 8)]);
        page.Total.ShouldBe(1);

        (await web.SignedIn("ada").BookAsync(tour, Soon.AddDays(1), 5)).Status.ShouldBe(201);
        (await PageAsync($"destination={city}&participants=4")).Total.ShouldBe(0);
    }

    [Fact]
    public async Task What_fits_and_how_many_do_is_decided_by_the_seats_of_now()
    {
        var city = NewCity("Nice");
        var full = await web.AddTourAsync(city, "a", departures: [(Soon, 9, 9), (Soon.AddDays(1), 9, 9)]);
        var other = await web.AddTourAsync(city, "b", departures: (Soon, 9, 9));
        (await PageAsync($"destination={city}&participants=2")).Total.ShouldBe(2);
        DepartureState State(string id, int spots, string status) =>
            new(id, Soon, spots, null, 9, status, 7, DateTimeOffset.UtcNow, "foreign", Guid.NewGuid().ToString());
        await web.Get<IAvailabilityBoard>().ApplyAsync([State(full, 1, AvailabilityStatus.Low), State(other, 9, AvailabilityStatus.Closed)]);

        await Eventually.ShouldBeTrueAsync(async () => (await PageAsync($"destination={city}&participants=2")).Total == 1);
        (await PageAsync($"destination={city}&participants=2")).Tours.Select(tour => (tour.Id, tour.Date)).ShouldBe([(full, Soon.AddDays(1))]);
        (await PageAsync($"destination={city}")).Tours.Select(tour => (tour.Date, tour.AvailableSpots, tour.Status, tour.Version)).ShouldBe([
            (Soon, 1, AvailabilityStatus.Low, 7), (Soon, 9, AvailabilityStatus.Closed, 7)]);
    }

    // A foreign publisher may say any whole number of seats.
    [Fact]
    public async Task A_tour_with_the_largest_number_of_seats_twice_spoils_no_list()
    {
        var city = NewCity("Oslo");
        var tour = await web.AddTourAsync(city, "a", departures: [(Soon, 9, 9), (Soon.AddDays(1), 9, 9), (Soon.AddDays(2), 9, 9)]);
        await web.Get<IAvailabilityBoard>().ApplyAsync([.. new[] { 0, 1 }.Select(day => new DepartureState(
            tour, Soon.AddDays(day), int.MaxValue, null, null, AvailabilityStatus.Available, 7, DateTimeOffset.UtcNow, "foreign", $"{city}-{day}"))]);
        await Eventually.ShouldBeTrueAsync(async () => (await PageAsync($"destination={city}")).Tours.Single().AvailableSpots == int.MaxValue);
        using var ada = web.SignedIn("ada");
        (await ada.GetAnswerAsync("/api/tours")).Status.ShouldBe(200);
        (await ada.GetAnswerAsync($"/api/tours/{tour}")).Data.GetProperty("tour").GetProperty("availableSpots").GetInt32().ShouldBe(int.MaxValue);
    }

    [Fact]
    public async Task An_unchanged_list_is_304_and_says_its_age()
    {
        var city = NewCity("Lyon");
        var id = await web.AddTourAsync(city, "a", departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        using var first = await ada.GetAsync($"/api/tours?destination={city}");
        first.Headers.CacheControl!.NoCache.ShouldBeTrue();
        (await PageAsync($"destination={city}")).Meta.ShouldSatisfyAllConditions(
            meta => meta.DataSource.ShouldBe("cache"), meta => meta.CacheAge.ShouldBeInRange(0, 60), meta => meta.NextSyncIn.ShouldBeInRange(0, 300));
        async Task<int> AskAsync()
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Get, $"/api/tours?destination={city}") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
            using var answer = await ada.SendAsync(request);
            return (int)answer.StatusCode;
        }

        (await AskAsync()).ShouldBe(304);
        await ada.BookAsync(id, Soon, 1);
        (await AskAsync()).ShouldBe(200);
    }

    [Fact]
    public async Task A_day_is_the_day_on_the_wall_where_the_tour_is()
    {
        var city = NewCity("Far");
        var day = DateOnly.FromDateTime(DateTime.UtcNow.AddDays(30));
        DateTimeOffset Utc(int dayOffset, int hour) => new(day.AddDays(dayOffset).ToDateTime(new TimeOnly(hour, 0)), TimeSpan.Zero);
        // UTC+14: 23:00 and 01:00
        var kiritimati = await web.AddTourAsync(city, "a", "Pacific/Kiritimati", departures: [(Utc(-1, 9), 9, 9), (Utc(-1, 11), 9, 8)]);
        // UTC-11: 23:00 twice
        var pagoPago = await web.AddTourAsync(city, "b", "Pacific/Pago_Pago", departures: [(Utc(0, 10), 9, 9), (Utc(1, 10), 9, 7)]);
        var nowhere = await web.AddTourAsync(city, "c", "Mars/Olympus", departures: [(Utc(-1, 23), 9, 9), (Utc(0, 0), 9, 6)]); // no such zone: UTC
        await web.AddTourAsync(city, "d", "UTC", departures: (Utc(0, 12), 9, 0));

        var page = await PageAsync($"destination={city}&date={day:yyyy-MM-dd}");
        page.Tours.Select(tour => (tour.Id, tour.Date, tour.AvailableSpots)).ShouldBe([
            (kiritimati, Utc(-1, 11), 8), (pagoPago, Utc(1, 10), 7), (nowhere, Utc(0, 0), 6)]);
        (await PageAsync($"destination={city}&date={day:yyyy-MM-dd}&participants=8")).Tours.Select(tour => tour.Id).ShouldBe([kiritimati]);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition()
    {
        var city = NewCity("Paris");
        var ids = new List<string>();
        for (var n = 0; n < 7; n++) ids.Add(await web.AddTourAsync(city, $"tour {n}", departures: (Soon, 9, 9)));
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await PageAsync($"destination={city}&limit=3&cursor={cursor}");
            page.Total.ShouldBe(7);
            seen.AddRange(page.Tours.Select(tour => tour.Id));
            cursor = page.Cursor;
        }
        seen.ShouldBe(ids);
    }

    [Theory]
    [InlineData("date=10.2.2026", "bad_date")]
    [InlineData("date=2026-02-30", "bad_date")]
    [InlineData("participants=0", "bad_participants")]
    [InlineData("participants=two", "bad_participants")]
    [InlineData("limit=201", "bad_limit")]
    [InlineData("cursor=nowhere", "bad_cursor")]
    public async Task A_bad_filter_is_422(string query, string code)
    {
        var answer = await web.SignedIn(null).GetAnswerAsync($"/api/tours?{query}");
        (answer.Status, answer.Code).ShouldBe((422, code));
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    public async Task The_ends_of_the_calendar_are_days_without_tours(string day) => (await PageAsync($"date={day}")).Total.ShouldBe(0);

    private static string NewCity(string name) => $"{name}-{Guid.NewGuid():N}";

    private async Task<TourPage> PageAsync(string query) =>
        (await web.SignedIn(null).GetAnswerAsync($"/api/tours?{query}")).Data.Deserialize<TourPage>(WireJson.Options)!;
}

public sealed class SqliteListToursTests(SqliteWeb web) : ListToursSpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresListToursTests(PostgresWeb web) : ListToursSpecs(web), IClassFixture<PostgresWeb>;
