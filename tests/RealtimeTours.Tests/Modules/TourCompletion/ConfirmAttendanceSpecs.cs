using System.Text.Json;
using Dapper;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.TourCompletion;

public abstract class ConfirmAttendanceSpecs(CompletionWeb web)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Who_came_is_completed_who_did_not_is_a_no_show_and_each_is_announced_once()
    {
        var (tour, date) = await BegunAsync();
        var (ids, gus) = (_ids, web.SignedIn("gus", "guide"));

        var done = await CompleteAsync(gus, tour, new { bookingIds = ids[..2], noShows = ids[2..3], notes = "Rain all day." });

        done.Completed.ShouldBe(ids[..2], ignoreOrder: true);
        done.NoShows.ShouldBe(ids[2..3]);
        done.Skipped.ShouldBeEmpty();
        (await web.BookingAsync("ada", ids[0])).Status.ShouldBe(BookingStatus.Completed);
        (await web.BookingAsync("cid", ids[2])).Status.ShouldBe(BookingStatus.NoShow);
        await Eventually.ShouldBeTrueAsync(() => Of(EventTypes.TourCompleted, ids).Count == 3 && Of(EventTypes.BookingCompleted, ids).Count == 2);
        Of(EventTypes.BookingCompleted, ids).Select(e => e.Data.GetProperty("bookingId").GetString()).ShouldBe(ids[..2], ignoreOrder: true);
        var now = web.Time.GetUtcNow();
        Of(EventTypes.TourCompleted, ids[..1]).Single().Data.Deserialize<TourCompleted>(WireJson.EventOptions).ShouldBe(new TourCompleted(
            tour, "Alfama", ids[0], "ada", date, now, 2, 25m, "EUR", "walk", 2.5, Attendance.Confirmed, Attendance.ByGuide));
        var missed = Of(EventTypes.TourCompleted, ids[2..3]).Single().Data.Deserialize<TourCompleted>(WireJson.EventOptions)!;
        (missed.Attendance, missed.AttendanceVerifiedBy).ShouldBe((Attendance.NoShow, Attendance.ByGuide));
        (await BookingInvariants.BrokenNowAsync(web.Get<Database>())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Repeating_changes_nothing_and_the_first_word_stands()
    {
        var (tour, _) = await BegunAsync();
        var (ids, gus) = (_ids, web.SignedIn("gus", "guide"));
        await CompleteAsync(gus, tour, new { bookingIds = ids[..1], noShows = ids[1..2], notes = "One party is missing." });

        var again = await CompleteAsync(gus, tour, new { bookingIds = ids[..1], noShows = ids[1..2], notes = "One party is missing." });
        var opposite = await CompleteAsync(gus, tour, new { bookingIds = ids[1..2], noShows = ids[..1] });

        foreach (var done in new[] { again, opposite })
        {
            (done.Completed.Count, done.NoShows.Count).ShouldBe((0, 0));
            done.Skipped.ShouldBe(
                [new(ids[0], SkipReasons.AlreadyCompleted), new(ids[1], SkipReasons.AlreadyNoShow)], ignoreOrder: true);
        }
        (await web.BookingAsync("bob", ids[1])).Status.ShouldBe(BookingStatus.NoShow);
        (await ReportsAsync(tour)).ShouldBe([("gus", 1L, 1L, "One party is missing.")]);
        web.Time.Advance(TimeSpan.FromDays(3));
        await web.RunJobAsync();
        await Eventually.ShouldBeTrueAsync(() => Of(EventTypes.TourCompleted, ids).Count == 3);
        (await web.BookingAsync("bob", ids[1])).Status.ShouldBe(BookingStatus.NoShow);
        Of(EventTypes.TourCompleted, ids[..2]).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Of_two_guides_at_once_each_booking_is_decided_by_one()
    {
        var (tour, date) = await BegunAsync();
        var users = Enumerable.Range(0, 20).Select(n => $"user{n}").ToArray();
        web.Time.Advance(-2 * Hour);
        var ids = await web.BookedAsync(tour, date, users);
        web.Time.Advance(2 * Hour);

        var words = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => n % 2 == 0
            ? CompleteAsync(web.SignedIn("gus", "guide"), tour, new { bookingIds = ids })
            : CompleteAsync(web.SignedIn("gil", "guide"), tour, new { bookingIds = Array.Empty<string>(), noShows = ids.Reverse() })));

        words.SelectMany(word => word.Completed.Concat(word.NoShows)).ShouldBe(ids, ignoreOrder: true);
        await Eventually.ShouldBeTrueAsync(() => Of(EventTypes.TourCompleted, ids).Count == ids.Length);
        Of(EventTypes.BookingCompleted, ids).Count.ShouldBe(words.Sum(word => word.Completed.Count));
    }

    [Fact]
    public async Task What_cannot_be_completed_is_skipped_with_its_reason()
    {
        var (tour, date) = await BegunAsync();
        await BegunAsync();
        var theirs = _ids[0];
        web.Time.Advance(-4 * Hour);
        using var dora = web.SignedIn("dora");
        var pending = await dora.PayAsync(tour, date, 1, "pm_card_never");
        var cancelled = (await dora.BookAsync(tour, date, 1)).Booking;
        await web.ExecuteAsync("UPDATE bookings SET status = 'cancelled' WHERE id = @Id", new { cancelled.Id });
        var failed = (await dora.BookAsync(tour, date, 1)).Booking;
        await web.ExecuteAsync("UPDATE bookings SET status = 'failed' WHERE id = @Id", new { failed.Id });
        var later = web.In(5 * Hour);
        await web.SetDepartureAsync(tour, later, 9);
        var notBegun = (await web.BookedAsync(tour, later, "ada"))[0];
        web.Time.Advance(4 * Hour);

        var done = await CompleteAsync(web.SignedIn("olga", "operator"), tour, new
        {
            bookingIds = new[] { pending.Id, cancelled.Id, failed.Id, notBegun, theirs, "bkg_nobody", "bkg_nobody" },
        });

        done.Completed.ShouldBeEmpty();
        done.Skipped.ShouldBe(
        [
            new(pending.Id, SkipReasons.Pending), new(cancelled.Id, SkipReasons.Cancelled), new(failed.Id, SkipReasons.Failed),
            new(notBegun, SkipReasons.NotBegun), new(theirs, SkipReasons.Unknown), new("bkg_nobody", SkipReasons.Unknown),
        ], ignoreOrder: true);
        (await web.BookingAsync("ada", notBegun)).Status.ShouldBe(BookingStatus.Confirmed);
    }

    [Theory]
    [InlineData("""{"bookingIds":[]}""")]
    [InlineData("""{"bookingIds":[],"noShows":[]}""")]
    [InlineData("""{"bookingIds":["a"],"noShows":["a"]}""")]
    [InlineData("""{"bookingIds":[""]}""")]
    [InlineData("""{"bookingIds":[null]}""")]
    [InlineData("""{"bookingIds":["a\u0000"]}""")]
    [InlineData("""{"bookingIds":"a"}""")]
    [InlineData("""{"noShows":["a"]}""")]
    [InlineData("""{"bookingIds":["a"],"notes":""}""")]
    [InlineData("""{"bookingIds":["a"],"notes":"\u0007"}""")]
    [InlineData("""{"bookingIds":["a"],"attendance":"all"}""")]
    [InlineData("[]")]
    public async Task A_body_that_does_not_fit_is_refused_with_a_sentence(string body)
    {
        var (tour, _) = await BegunAsync();
        var answer = await web.SignedIn("gus", "guide").SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", JsonDocument.Parse(body));
        (answer.Status, answer.Code).ShouldBe((422, "bad_body"));
    }

    [Fact]
    public async Task Too_many_bookings_too_long_notes_and_unknown_tours_are_refused()
    {
        var (tour, _) = await BegunAsync();
        using var gus = web.SignedIn("gus", "guide");
        var many = Enumerable.Range(0, 501).Select(n => $"b{n}").ToArray();
        (await gus.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", new { bookingIds = many })).Status.ShouldBe(422);
        (await gus.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", new { bookingIds = many[..500] })).Status.ShouldBe(200);
        (await gus.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", new { bookingIds = many[..1], notes = new string('x', 2001) }))
            .Status.ShouldBe(422);
        (await gus.SendAsync(HttpMethod.Post, "/api/tours/nothing/complete", new { bookingIds = many[..1] })).Code.ShouldBe("no_such_tour");
    }

    private string[] _ids = [];

    /// <summary>A departure of three parties that has begun an hour ago.</summary>
    private async Task<(string Tour, DateTimeOffset Date)> BegunAsync()
    {
        var date = web.In(Hour);
        var tour = await web.AddTourAsync(name: "Alfama", departures: (date, 90, 90));
        _ids = await web.BookedAsync(tour, date, "ada", "bob", "cid");
        web.Time.Advance(2 * Hour);
        return (tour, date);
    }

    private static async Task<CompletedTour> CompleteAsync(HttpClient guide, string tour, object body)
    {
        var answer = await guide.SendAsync(HttpMethod.Post, $"/api/tours/{tour}/complete", body);
        answer.Status.ShouldBe(200);
        return answer.Data.Deserialize<CompletedTour>(WireJson.Options)!;
    }

    private IReadOnlyList<EventEnvelope> Of(string eventType, IEnumerable<string> bookings) =>
        [.. bookings.SelectMany(web.EventsOfBooking).Where(e => e.EventType == eventType)];

    private async Task<IReadOnlyList<(string, long, long, string)>> ReportsAsync(string tour)
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        return [.. await connection.QueryAsync<(string, long, long, string)>(
            "SELECT reported_by, completed, no_shows, notes FROM completion_reports WHERE tour_id = @tour", new { tour })];
    }
}

public sealed class SqliteConfirmAttendanceTests(SqliteCompletionWeb web) : ConfirmAttendanceSpecs(web), IClassFixture<SqliteCompletionWeb>;

public sealed class PostgresConfirmAttendanceTests(PostgresCompletionWeb web) : ConfirmAttendanceSpecs(web), IClassFixture<PostgresCompletionWeb>;
