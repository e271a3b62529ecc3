using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.TourCompletion;

public abstract class CompleteToursSpecs(CompletionWeb web)
{
    [Fact]
    public async Task A_booking_nobody_spoke_of_is_completed_at_two_of_the_day_after_in_the_tours_own_zone_and_not_before()
    {
        var night = NextNight("Pacific/Auckland");
        var date = night - TimeSpan.FromHours(16); // 10:00 of the day before, in Auckland
        if (date <= web.Time.GetUtcNow()) (night, date) = (night.AddDays(1), date.AddDays(1));
        var tour = await web.AddTourAsync(timeZone: "Pacific/Auckland", departures: (date, 9, 9));
        var id = (await web.BookedAsync(tour, date, "ada"))[0];

        web.Time.Advance(night - TimeSpan.FromSeconds(1) - web.Time.GetUtcNow());
        await web.RunJobAsync();
        (await web.BookingAsync("ada", id)).Status.ShouldBe(BookingStatus.Confirmed);

        web.Time.Advance(TimeSpan.FromSeconds(1));
        await web.RunJobAsync();
        (await web.BookingAsync("ada", id)).Status.ShouldBe(BookingStatus.Completed);
        await Eventually.ShouldBeTrueAsync(() => Completed(id).Length == 1);
        Completed(id).Single().ShouldSatisfyAllConditions(
            e => e.Attendance.ShouldBe(Attendance.Confirmed), e => e.AttendanceVerifiedBy.ShouldBe(Attendance.Automatic),
            e => e.CompletedAt.ShouldBe(night), e => e.TourDate.ShouldBe(date));
        await Eventually.ShouldBeTrueAsync(() => web.EventsOfBooking(id).Count(e => e.EventType == EventTypes.BookingCompleted) == 1);
    }

    [Fact]
    public async Task More_bookings_than_a_batch_are_completed_once_and_one_that_is_not_due_blocks_none()
    {
        var (soon, later) = (web.In(TimeSpan.FromHours(1)), web.In(TimeSpan.FromHours(2)));
        var endless = await web.AddTourAsync(departures: (soon, 1000, 1000));
        await web.ExecuteAsync("UPDATE tours SET duration_hours = 1000 WHERE id = @endless", new { endless });
        var tour = await web.AddTourAsync(departures: (later, 1000, 1000));
        var users = Enumerable.Range(0, 130).Select(n => $"user{n}").ToArray();
        var underWay = await web.BookedAsync(endless, soon, users);
        var over = await web.BookedAsync(tour, later, users);

        web.Time.Advance(TimeSpan.FromDays(3));
        await web.RunJobAsync();
        await web.RunJobAsync();

        foreach (var (ids, status) in new[] { (over, BookingStatus.Completed), (underWay, BookingStatus.Confirmed) })
            (await CountAsync(ids, status)).ShouldBe(users.Length);
        await Eventually.ShouldBeTrueAsync(() => over.All(id => Completed(id).Length == 1));
        over.ShouldAllBe(id => web.EventsOfBooking(id).Count(e => e.EventType == EventTypes.BookingCompleted) == 1);
        (await BookingInvariants.BrokenNowAsync(web.Get<Database>())).ShouldBeEmpty();
        await web.ExecuteAsync("UPDATE bookings SET status = 'cancelled' WHERE tour_id = @endless", new { endless }); // not in others' way
        await web.ExecuteAsync("UPDATE departures SET confirmed = 0, available_spots = capacity WHERE tour_id = @endless", new { endless });
    }

    [Fact]
    public async Task A_completed_booking_can_no_longer_be_cancelled_and_its_seats_stay_sold()
    {
        var date = web.In(TimeSpan.FromHours(1));
        var tour = await web.AddTourAsync(departures: (date, 9, 9));
        var id = (await web.BookedAsync(tour, date, "ada"))[0];
        web.Time.Advance(TimeSpan.FromDays(3));
        await web.RunJobAsync();

        (await web.SignedIn("ada").CancelAsync(id)).Code.ShouldBe("not_cancellable");
        (await BookingInvariants.BrokenNowAsync(web.Get<Database>())).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_operator_of_a_demo_completes_a_departure_that_has_not_begun()
    {
        var date = web.In(TimeSpan.FromDays(9));
        var tour = await web.AddTourAsync(departures: (date, 9, 9));
        var ids = await web.BookedAsync(tour, date, "ada", "bob");
        using var olga = web.SignedIn("olga", "operator");
        var path = $"/api/dev/tours/{tour}/departures/{date.UtcDateTime:O}/complete";

        var done = (await olga.SendAsync(HttpMethod.Post, path, new { })).Data.Deserialize<CompletedTour>(WireJson.Options)!;
        done.Completed.ShouldBe(ids, ignoreOrder: true);
        (await olga.SendAsync(HttpMethod.Post, path, new { })).Data.Deserialize<CompletedTour>(WireJson.Options)!.Completed.ShouldBeEmpty();
        await Eventually.ShouldBeTrueAsync(() => ids.All(id => Completed(id).Length == 1));
        Completed(ids[0]).Single().AttendanceVerifiedBy.ShouldBe(Attendance.ByGuide);
        (await olga.SendAsync(HttpMethod.Post, $"/api/dev/tours/{tour}/departures/2026-01-01T00:00:00Z/complete", new { })).Status.ShouldBe(404);
        (await olga.SendAsync(HttpMethod.Post, $"/api/dev/tours/{tour}/departures/tomorrow/complete", new { })).Code.ShouldBe("bad_date");
        (await web.SignedIn("ada").SendAsync(HttpMethod.Post, $"/api/bookings/{ids[0]}/rating", new { rating = 5 })).Status.ShouldBe(201);
    }

    private TourCompleted[] Completed(string id) =>
    [
        .. web.EventsOfBooking(id).Where(e => e.EventType == EventTypes.TourCompleted)
            .Select(e => e.Data.Deserialize<TourCompleted>(WireJson.EventOptions)!),
    ];

    private DateTimeOffset NextNight(string zone)
    {
        var local = TimeZoneInfo.ConvertTime(web.Time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)).Date.AddDays(1).AddHours(2);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(local, TimeZoneInfo.FindSystemTimeZoneById(zone)), TimeSpan.Zero);
    }

    private Task<int> CountAsync(string[] ids, string status) => web.Get<Database>().InTransactionAsync(async transaction =>
        (await transaction.QueryAsync<string>($"""
            SELECT id FROM bookings WHERE status = @status AND id IN (SELECT value FROM {transaction.Dialect.Values("ids")})
            """, new { status, ids = JsonSerializer.Serialize(ids) })).Count);
}

public sealed class SqliteCompleteToursTests(SqliteCompletionWeb web) : CompleteToursSpecs(web), IClassFixture<SqliteCompletionWeb>;

public sealed class PostgresCompleteToursTests(PostgresCompletionWeb web) : CompleteToursSpecs(web), IClassFixture<PostgresCompletionWeb>;
