using System.Text.Json;
using Dapper;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Bookings;

public abstract class BookSeatsSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Fact]
    public async Task A_booking_takes_the_seats_at_the_tours_price_and_tells_the_world()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 20, 20));
        using var ada = web.SignedIn("ada");
        ada.DefaultRequestHeaders.Add("X-Correlation-Id", "req_test");

        var answer = await ada.BookAsync(new { tourId = tour, date = Soon.ToOffset(TimeSpan.FromHours(3)), participants = 3 }, "k");
        answer.Status.ShouldBe(201);
        answer.Booking.ShouldBe(new BookingView(
            answer.Booking.Id, tour, "ada", Soon, 3, 37.5m, "EUR", BookingStatus.Confirmed, answer.Booking.CreatedAt));
        answer.Message.Headers.Location!.ToString().ShouldBe($"/api/bookings/{answer.Booking.Id}");
        (await ada.GetAnswerAsync(answer.Message.Headers.Location.ToString())).Booking.ShouldBe(answer.Booking);

        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(tour).Count == 3);
        web.EventsOf(tour).Select(e => e.EventType).ShouldBe(
            [EventTypes.AvailabilityUpdated, EventTypes.BookingCreated, EventTypes.BookingConfirmed], ignoreOrder: true);
        web.EventsOf(tour).ShouldAllBe(e => e.CorrelationId == "req_test" && e.Source == "web");
        Data<TourAvailabilityUpdated>(tour, EventTypes.AvailabilityUpdated).ShouldBe(
            new TourAvailabilityUpdated(tour, 17, Soon, 2, 20, 20, AvailabilityStatus.Available, AvailabilityReasons.Booking));
        Data<BookingPlaced>(tour, EventTypes.BookingConfirmed).ShouldBe(
            new BookingPlaced(answer.Booking.Id, tour, "ada", Soon, 3, 37.5m, "EUR"));
    }

    [Fact]
    public async Task Last_seat_is_sold_once_under_100_parallel_bookings()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 10, 1));
        using var client = web.SignedIn("crowd");
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.BookAsync(tour, Soon, 1)));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "sold_out");

        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(tour).Count == 4);
        Data<TourSoldOut>(tour, EventTypes.TourSoldOut).Version.ShouldBe(2);
    }

    [Fact]
    public async Task Parallel_parties_fill_a_departure_to_the_last_seat_and_no_further()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 50, 50));
        using var client = web.SignedIn("crowd");
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => client.BookAsync(tour, Soon, 1 + n % 3)));
        var sold = answers.Where(answer => answer.Status == 201).Sum(answer => answer.Booking.Participants);
        await using var connection = await web.Get<Database>().OpenAsync();
        (await connection.ExecuteScalarAsync<int>("SELECT available_spots FROM departures WHERE tour_id = @tour", new { tour })).ShouldBe(50 - sold);
        (await connection.ExecuteScalarAsync<int>("SELECT SUM(participants) FROM bookings WHERE tour_id = @tour", new { tour })).ShouldBe(sold);
        sold.ShouldBe(50); // one of the many single travellers always finds the last seat
    }

    [Fact]
    public async Task Crossing_into_low_then_critical_then_sold_out_alerts_once_each()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 20, 7));
        using var ada = web.SignedIn("ada");
        foreach (var seats in new[] { 1, 1, 1, 2, 2 }) (await ada.BookAsync(tour, Soon, seats)).Status.ShouldBe(201); // 6, 5, 4, 2, 0
        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(tour).Count == 5 * 3 + 3);
        web.EventsOf(tour).Where(e => e.EventType == EventTypes.AvailabilityLow)
            .Select(e => e.Data.Deserialize<TourAvailabilityLow>(WireJson.EventOptions)!)
            .OrderBy(low => low.Version).ShouldBe([
                new TourAvailabilityLow(tour, 5, AlertLevels.Warning, Soon, 3), new TourAvailabilityLow(tour, 2, AlertLevels.Critical, Soon, 5)]);
        Data<TourSoldOut>(tour, EventTypes.TourSoldOut).Date.ShouldBe(Soon);
    }

    [Theory]
    [InlineData(4, 3, "not_enough_spots")]
    [InlineData(1, 0, "sold_out")]
    public async Task What_is_left_stands_in_the_refusal(int participants, int left, string code)
    {
        var tour = await web.AddTourAsync(departures: (Soon, 20, left));
        var answer = await web.SignedIn("ada").BookAsync(tour, Soon, participants);
        (answer.Status, answer.Code, answer.Body.GetProperty("availableSpots").GetInt32()).ShouldBe((409, code, left));
        answer.Body.GetProperty("success").GetBoolean().ShouldBeFalse();
        answer.Message.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Unknown_tours_and_dates_and_departures_that_left_or_closed_are_refused()
    {
        var past = TestWeb.InDays(-1);
        var closed = Soon.AddDays(1);
        var tour = await web.AddTourAsync(departures: [(Soon, 9, 9), (past, 9, 9), (closed, 9, 9)]);
        await web.ExecuteAsync("UPDATE departures SET closed_by_operator = TRUE WHERE tour_id = @tour AND starts_at = @closed", new { tour, closed });
        using var ada = web.SignedIn("ada");
        async Task<(int, string?)> RefusalAsync(string id, DateTimeOffset date)
        {
            var answer = await ada.BookAsync(id, date, 1);
            return (answer.Status, answer.Code);
        }

        (await RefusalAsync("nowhere", Soon)).ShouldBe((404, "no_such_tour"));
        (await RefusalAsync(tour, Soon.AddMinutes(1))).ShouldBe((404, "no_such_departure"));
        (await RefusalAsync(tour, past)).ShouldBe((409, "departed"));
        (await RefusalAsync(tour, closed)).ShouldBe((409, "closed"));
    }

    [Theory]
    [InlineData("""{"tourId":"t","date":"2030-01-01T00:00:00Z","participants":1,"price":1}""", "$.price")]
    [InlineData("""{"tourId":"t","date":"2030-01-01T00:00:00Z","participants":1,"status":"confirmed"}""", "$.status")]
    [InlineData("""{"tourId":"t","date":"2030-01-01T00:00:00Z","participants":1,"userId":"eve"}""", "$.userId")]
    [InlineData("""{"tourId":"t","date":"2030-01-01T00:00:00Z"}""", "participants")]
    [InlineData("""{"tourId":"t","date":"tomorrow","participants":1}""", "$.date")]
    [InlineData("""{"tourId":"t","date":"2030-01-01T00:00:00Z","participants":"2"}""", "$.participants")]
    [InlineData("""{"tourId":"t","date":"2030-01-01T00:00:00Z","participants":1.5}""", "$.participants")]
    [InlineData("""{"tourId":"t","date":"2030-01-01T00:00:00Z","participants":0}""", "participants")]
    [InlineData("""{"tourId":"t","date":"2030-01-01T00:00:00Z","participants":101}""", "participants")]
    [InlineData("""{"tourId":"","date":"2030-01-01T00:00:00Z","participants":1}""", "tourId")]
    [InlineData("""{"tourId":"a\u0000b","date":"2030-01-01T00:00:00Z","participants":1}""", "tourId")]
    [InlineData("""{"tourId":null,"date":"2030-01-01T00:00:00Z","participants":1}""", "$.tourId")]
    [InlineData("not json", "JSON")]
    [InlineData("null", "JSON")]
    [InlineData("[]", "JSON")]
    [InlineData("", "JSON")]
    public async Task A_bad_body_is_422_with_a_sentence_that_says_where(string body, string where)
    {
        var answer = await web.SignedIn("ada").BookAsync(body, "key");
        (answer.Status, answer.Code).ShouldBe((422, "bad_body"));
        answer.Body.GetProperty("error").GetString()!.ShouldContain(where);
        answer.Body.GetProperty("error").GetString()!.ShouldNotContain("RealtimeTours");
    }

    [Fact]
    public async Task Who_is_not_signed_in_cannot_book()
    {
        var answer = await web.SignedIn(null).BookAsync("t", Soon, 1);
        answer.Status.ShouldBe(401);
        answer.Body.GetProperty("success").GetBoolean().ShouldBeFalse();
    }

    private T Data<T>(string tour, string eventType) =>
        web.EventsOf(tour).Single(e => e.EventType == eventType).Data.Deserialize<T>(WireJson.EventOptions)!;
}

public sealed class SqliteBookSeatsTests(SqliteWeb web) : BookSeatsSpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresBookSeatsTests(PostgresWeb web) : BookSeatsSpecs(web), IClassFixture<PostgresWeb>;

public sealed class PgBouncerBookSeatsTests(PgBouncerWeb web) : BookSeatsSpecs(web), IClassFixture<PgBouncerWeb>;
