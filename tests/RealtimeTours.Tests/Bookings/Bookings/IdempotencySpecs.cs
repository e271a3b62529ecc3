using Dapper;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Tests.Bookings.Bookings;

public abstract class IdempotencySpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20);

    [Fact]
    public async Task The_same_key_and_body_replay_the_first_answer_and_book_nothing()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var first = await ada.BookAsync(tour, Soon, 2, "key-1");
        first.Message.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();

        // The members in another order and a date with another offset say the same.
        var date = Soon.ToOffset(TimeSpan.FromHours(-5)).ToString("O");
        var again = await ada.BookAsync($$"""{ "participants": 2, "date": "{{date}}", "tourId": "{{tour}}" }""", "key-1");
        again.Status.ShouldBe(201);
        again.Body.GetRawText().ShouldBe(first.Body.GetRawText());
        again.Message.Headers.Location.ShouldBe(first.Message.Headers.Location);
        again.Message.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await BookingsAsync(tour)).ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_is_replayed_too_even_if_there_are_seats_by_then()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 0));
        using var ada = web.SignedIn("ada");
        (await ada.BookAsync(tour, Soon, 1, "key-2")).Code.ShouldBe("sold_out");
        await web.ExecuteAsync("UPDATE departures SET available_spots = 5, sold_elsewhere = capacity - 5 WHERE tour_id = @tour", new { tour });
        var again = await ada.BookAsync(tour, Soon, 1, "key-2");
        (again.Status, again.Code, again.Body.GetProperty("availableSpots").GetInt32()).ShouldBe((409, "sold_out", 0));
        again.Message.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await ada.BookAsync(tour, Soon, 1, "key-3")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_422()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        (await ada.BookAsync(tour, Soon, 1, "key-4")).Status.ShouldBe(201);
        var other = await ada.BookAsync(tour, Soon, 2, "key-4");
        (other.Status, other.Code).ShouldBe((422, "idempotency_key_reused"));
        (await BookingsAsync(tour)).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_belongs_to_its_user()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        var ada = await web.SignedIn("ada").BookAsync(tour, Soon, 1, "key-5");
        var eve = await web.SignedIn("eve").BookAsync(tour, Soon, 1, "key-5");
        (ada.Status, eve.Status).ShouldBe((201, 201));
        eve.Booking.Id.ShouldNotBe(ada.Booking.Id);
    }

    [Fact]
    public async Task Eight_requests_with_one_key_at_once_make_one_booking()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 30, 30));
        using var ada = web.SignedIn("ada");
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ada.BookAsync(tour, Soon, 1, $"key-6-{round}")));
            answers.Where(answer => answer.Status == 201).Select(answer => answer.Booking.Id).Distinct().Count().ShouldBe(1);
            answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "idempotency_in_flight");
            (await BookingsAsync(tour)).ShouldBe(round + 1);
        }
    }

    [Theory]
    [InlineData(null, "idempotency_key_missing")]
    [InlineData(" ", "idempotency_key_bad")]
    [InlineData("long", "idempotency_key_bad")]
    public async Task No_key_or_an_unusable_one_is_400(string? key, string code)
    {
        var answer = await web.SignedIn("ada")
            .BookAsync(new { tourId = "t", date = Soon, participants = 1 }, key == "long" ? new string('k', 256) : key);
        (answer.Status, answer.Code).ShouldBe((400, code));
    }

    [Fact]
    public async Task A_key_of_255_characters_is_taken()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        (await web.SignedIn("ada").BookAsync(tour, Soon, 1, new string('k', 255))).Status.ShouldBe(201);
    }

    private async Task<int> BookingsAsync(string tour)
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        return await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM bookings WHERE tour_id = @tour", new { tour });
    }
}

public sealed class SqliteIdempotencyTests(SqliteWeb web) : IdempotencySpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresIdempotencyTests(PostgresWeb web) : IdempotencySpecs(web), IClassFixture<PostgresWeb>;

public sealed class PgBouncerIdempotencyTests(PgBouncerWeb web) : IdempotencySpecs(web), IClassFixture<PgBouncerWeb>;
