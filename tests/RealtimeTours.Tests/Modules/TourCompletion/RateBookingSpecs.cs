using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.TourCompletion;

public abstract class RateBookingSpecs(CompletionWeb web)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_rating_counts_for_the_tour_in_the_list_and_on_its_page_and_is_announced_with_the_new_average()
    {
        var (tour, ids) = await BegunAsync();

        var answer = await RateAsync("ada", ids[0], new { rating = 5, comment = "Lovely!" });
        answer.Status.ShouldBe(201);
        answer.Data.GetProperty("rating").Deserialize<RatingView>(WireJson.Options)
            .ShouldBe(new RatingView(ids[0], 5, "Lovely!", web.Time.GetUtcNow()));
        (await RateAsync("bob", ids[1], new { rating = 4 })).Status.ShouldBe(201);
        (await RateAsync("cid", ids[2], new { rating = 4 })).Status.ShouldBe(201);

        (await web.BookingAsync("ada", ids[0])).Rating.ShouldBe(5);
        await Eventually.ShouldBeTrueAsync(async () => await ShownAsync(tour) is ((4.33m, 3), (4.33m, 3)));
        web.EventsOf(tour).Single(e => e.EventType == EventTypes.TourRated && e.Data.GetProperty("bookingId").GetString() == ids[0])
            .Data.Deserialize<TourRated>(WireJson.EventOptions)
            .ShouldBe(new TourRated(tour, ids[0], "ada", 5, web.Time.GetUtcNow(), "Lovely!"));
        web.EventsOf(tour).Where(e => e.EventType == EventTypes.TourUpdated)
            .Select(e => e.Data.Deserialize<TourChanged>(WireJson.EventOptions)!).Select(e => (e.AverageRating, e.RatingCount))
            .ShouldBe([(5m, 1), (4.5m, 2), (4.33m, 3)]);
    }

    [Fact]
    public async Task An_operator_who_saves_the_tour_loses_no_rating()
    {
        var (tour, ids) = await BegunAsync();
        await RateAsync("ada", ids[0], new { rating = 2 });
        await web.SetDepartureAsync(tour, web.In(9 * Hour), 5);
        await Eventually.ShouldBeTrueAsync(async () => await ShownAsync(tour) is ((2m, 1), (2m, 1)));
        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(tour).Count(e => e.EventType == EventTypes.TourUpdated) == 2);
        web.EventsOf(tour).Last(e => e.EventType == EventTypes.TourUpdated).Data.GetProperty("averageRating").GetDecimal().ShouldBe(2);
    }

    [Fact]
    public async Task A_booking_is_rated_once_however_many_ask_at_once()
    {
        var (tour, ids) = await BegunAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => RateAsync("ada", ids[0], new { rating = 1 + n % 5 })));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "already_rated");
        await Eventually.ShouldBeTrueAsync(async () => (await ShownAsync(tour)).Page.Count == 1);
    }

    [Fact]
    public async Task A_tour_cannot_be_rated_before_it_begins_nor_by_who_did_not_come_or_never_paid()
    {
        var date = web.In(Hour);
        var tour = await web.AddTourAsync(departures: (date, 90, 90));
        var ids = await web.BookedAsync(tour, date, "ada", "bob");
        using var cid = web.SignedIn("cid");
        var pending = await cid.PayAsync(tour, date, 1, "pm_card_never");

        (await RateAsync("ada", ids[0], new { rating = 5 })).Code.ShouldBe("not_begun");
        web.Time.Advance(2 * Hour);
        await web.SignedIn("gus", "guide").SendAsync(
            HttpMethod.Post, $"/api/tours/{tour}/complete", new { bookingIds = Array.Empty<string>(), noShows = ids[1..] });
        (await RateAsync("bob", ids[1], new { rating = 1 })).Code.ShouldBe("not_attended");
        (await RateAsync("cid", pending.Id, new { rating = 1 })).Code.ShouldBe("not_confirmed");
        (await RateAsync("eve", ids[0], new { rating = 1 })).Code.ShouldBe("no_such_booking");
        (await RateAsync("ada", "nothing", new { rating = 1 })).Status.ShouldBe(404);
        (await RateAsync("ada", ids[0], new { rating = 3 })).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_rating_before_completion_is_in_tour_completed_and_one_after_it_counts_for_the_tour_alone()
    {
        var (tour, ids) = await BegunAsync();
        await RateAsync("ada", ids[0], new { rating = 5 });
        await web.SignedIn("gus", "guide").SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", new { bookingIds = ids });
        (await RateAsync("bob", ids[1], new { rating = 1 })).Status.ShouldBe(201);

        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(tour).Count(e => e.EventType == EventTypes.TourCompleted) == 3);
        web.EventsOf(tour).Where(e => e.EventType == EventTypes.TourCompleted)
            .Select(e => e.Data.Deserialize<TourCompleted>(WireJson.EventOptions)!).OrderBy(e => e.UserId).Select(e => e.TourRating)
            .ShouldBe([5m, null, null]);
        await Eventually.ShouldBeTrueAsync(async () => (await ShownAsync(tour)).Page == (3m, 2));
    }

    [Theory]
    [InlineData("""{"rating":0}""")]
    [InlineData("""{"rating":6}""")]
    [InlineData("""{"rating":4.5}""")]
    [InlineData("""{"rating":"5"}""")]
    [InlineData("""{"rating":null}""")]
    [InlineData("""{}""")]
    [InlineData("""{"rating":5,"comment":" "}""")]
    [InlineData("""{"rating":5,"comment":"\u0000"}""")]
    [InlineData("""{"rating":5,"comment":7}""")]
    [InlineData("""{"rating":5,"userId":"eve"}""")]
    public async Task A_body_that_does_not_fit_is_refused_with_a_sentence(string body)
    {
        var (_, ids) = await BegunAsync();
        var answer = await RateAsync("ada", ids[0], JsonDocument.Parse(body));
        (answer.Status, answer.Code).ShouldBe((422, "bad_body"));
        (await RateAsync("ada", ids[0], new { rating = 5, comment = new string('x', 2001) })).Status.ShouldBe(422);
    }

    private async Task<(string Tour, string[] Ids)> BegunAsync()
    {
        var date = web.In(Hour);
        var tour = await web.AddTourAsync(departures: [(date, 90, 90), (web.In(30 * Hour), 9, 9)]);
        var ids = await web.BookedAsync(tour, date, "ada", "bob", "cid");
        web.Time.Advance(2 * Hour);
        return (tour, ids);
    }

    private async Task<Answer> RateAsync(string user, string booking, object body)
    {
        using var client = web.SignedIn(user);
        return await client.SendAsync(HttpMethod.Post, $"/api/bookings/{booking}/rating", body);
    }

    private async Task<((decimal? Average, long Count) Page, (decimal? Average, long Count) Listed)> ShownAsync(string tour)
    {
        using var anybody = web.SignedIn(null);
        var page = (await anybody.GetAnswerAsync($"/api/tours/{tour}")).Data.GetProperty("tour");
        var listed = (await anybody.GetAnswerAsync("/api/tours?limit=200")).Data.GetProperty("tours").EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == tour);
        return (Of(page), Of(listed));

        static (decimal?, long) Of(JsonElement shown) => (
            shown.GetProperty("averageRating").Deserialize<decimal?>(), shown.GetProperty("ratingCount").GetInt64());
    }
}

public sealed class SqliteRateBookingTests(SqliteCompletionWeb web) : RateBookingSpecs(web), IClassFixture<SqliteCompletionWeb>;

public sealed class PostgresRateBookingTests(PostgresCompletionWeb web) : RateBookingSpecs(web), IClassFixture<PostgresCompletionWeb>;
