using System.Text.Json;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.Bookings.Bookings;

public abstract class CancelBookingSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20.5);

    [Fact]
    public async Task Cancelling_gives_the_seats_back_and_says_so_and_what_was_paid_at_the_desk_is_settled_there()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 2));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 2)).Booking;

        var answer = await ada.CancelAsync(booking.Id, new { reason = "rain" });
        answer.Status.ShouldBe(200);
        var cancelled = answer.Data.Deserialize<CancelledBooking>(WireJson.Options)!;
        cancelled.ShouldBe(new CancelledBooking(booking.Id, tour, BookingStatus.Cancelled, 0, "none", 0, "EUR", cancelled.CancelledAt));
        (await ada.GetAnswerAsync($"/api/bookings/{booking.Id}")).Booking.Status.ShouldBe(BookingStatus.Cancelled);

        await Eventually.ShouldBeTrueAsync(() => web.EventsOf(tour).Count == 4 + 3);
        var events = web.EventsOf(tour);
        events.Single(e => e.EventType == EventTypes.AvailabilityRestored).Data.Deserialize<TourAvailabilityRestored>(WireJson.EventOptions)!
            .ShouldSatisfyAllConditions(e => e.AvailableSpots.ShouldBe(2), e => e.Version.ShouldBe(3), e => e.Date.ShouldBe(Soon));
        events.Last(e => e.EventType == EventTypes.AvailabilityUpdated && e.Data.GetProperty("version").GetInt64() == 3)
            .Data.Deserialize<TourAvailabilityUpdated>(WireJson.EventOptions)
            .ShouldBe(new TourAvailabilityUpdated(tour, 2, Soon, 3, 0, 9, AvailabilityStatus.Low, AvailabilityReasons.Cancellation));
        events.Single(e => e.EventType == EventTypes.BookingCancelled).Data.Deserialize<BookingCancelled>(WireJson.EventOptions)!
            .ShouldBe(new BookingCancelled(
                booking.Id, tour, "ada", Soon, 2, 25m, "EUR", cancelled.CancelledAt, "rain", 0, "none",
                DaysBeforeTour: TourZone.DaysBetween(cancelled.CancelledAt, Soon, TimeZoneInfo.Utc), CancellationFee: 0));
    }

    [Fact]
    public async Task A_hold_that_was_never_paid_can_be_given_up_after_the_deadline_and_announces_no_refund()
    {
        var tomorrow = TestWeb.InDays(1);
        var tour = await web.AddTourAsync(cancellationDays: 9, departures: (tomorrow, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = await ada.PayAsync(tour, tomorrow, 4, "pm_card_never");

        var cancelled = (await ada.CancelAsync(booking.Id)).Data.Deserialize<CancelledBooking>(WireJson.Options)!;
        (cancelled.RefundAmount, cancelled.RefundStatus, cancelled.CancellationFee).ShouldBe((0, "none", 0));
        await Eventually.ShouldBeTrueAsync(() => web.EventsOfBooking(booking.Id).Any(e => e.EventType == EventTypes.BookingCancelled));
        var told = web.EventsOfBooking(booking.Id).Single(e => e.EventType == EventTypes.BookingCancelled).Data
            .Deserialize<BookingCancelled>(WireJson.EventOptions)!;
        (told.RefundAmount, told.RefundStatus, told.TotalPrice).ShouldBe((0, "none", 50));
        (await ada.GetAnswerAsync($"/api/tours/{tour}")).Data.GetProperty("tour").GetProperty("availableSpots").GetInt32().ShouldBe(9);
    }

    [Fact]
    public async Task A_booking_is_cancelled_once_however_many_ask_at_once()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 3)).Booking;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ada.CancelAsync(booking.Id)));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "already_cancelled");
        (await ada.GetAnswerAsync($"/api/tours/{tour}")).Data.GetProperty("tour").GetProperty("availableSpots").GetInt32().ShouldBe(9);
    }

    [Fact]
    public async Task After_the_deadline_it_is_too_late()
    {
        var tomorrow = TestWeb.InDays(1);
        var tour = await web.AddTourAsync(cancellationDays: 2, departures: (tomorrow, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, tomorrow, 1)).Booking;
        var answer = await ada.CancelAsync(booking.Id);
        (answer.Status, answer.Code).ShouldBe((409, "past_deadline"));
        (await ada.GetAnswerAsync($"/api/bookings/{booking.Id}")).Booking.Status.ShouldBe(BookingStatus.Confirmed);
    }

    [Fact]
    public async Task Somebody_elses_booking_does_not_exist()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        var booking = (await web.SignedIn("ada").BookAsync(tour, Soon, 1)).Booking;
        using var eve = web.SignedIn("eve");
        (await eve.CancelAsync(booking.Id)).Status.ShouldBe(404);
        (await eve.GetAnswerAsync($"/api/bookings/{booking.Id}")).Status.ShouldBe(404);
        (await eve.CancelAsync("nothing")).Code.ShouldBe("no_such_booking");
    }

    [Fact]
    public async Task Seats_an_operator_took_away_meanwhile_do_not_come_back()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 4)).Booking;
        await web.SetDepartureAsync(tour, Soon, 6);
        (await ada.CancelAsync(booking.Id)).Status.ShouldBe(200);
        var departure = (await ada.GetAnswerAsync($"/api/tours/{tour}")).Data.GetProperty("tour").GetProperty("departures")[0];
        departure.GetProperty("availableSpots").GetInt32().ShouldBe(6);
    }

    [Fact]
    public async Task A_body_is_optional_but_must_fit()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = (await ada.BookAsync(tour, Soon, 1)).Booking;
        (await ada.CancelAsync(booking.Id, new { refundAmount = 1_000_000 })).Status.ShouldBe(422);
        (await ada.CancelAsync(booking.Id, new { reason = new string('x', 501) })).Status.ShouldBe(422);
        (await Answer.ReadAsync(await ada.PostAsync($"/api/bookings/{booking.Id}/cancel", null))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Ones_own_bookings_come_newest_first_page_by_page()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 90, 90));
        using var bob = web.SignedIn("bob");
        var ids = new List<string>();
        for (var n = 0; n < 5; n++) ids.Insert(0, (await bob.BookAsync(tour, Soon, 1)).Booking.Id);
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await bob.GetAnswerAsync($"/api/bookings?limit=2&cursor={cursor}")).Data.Deserialize<BookingPage>(WireJson.Options)!;
            page.Bookings.Count.ShouldBeInRange(1, 2);
            seen.AddRange(page.Bookings.Select(booking => booking.Id));
            cursor = page.Cursor;
        }
        seen.ShouldBe(ids);
        foreach (var limit in new[] { "0", "201", "x", "-1" }) (await bob.GetAnswerAsync($"/api/bookings?limit={limit}")).Code.ShouldBe("bad_limit");
    }
}

public sealed class SqliteCancelBookingTests(SqliteWeb web) : CancelBookingSpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresCancelBookingTests(PostgresWeb web) : CancelBookingSpecs(web), IClassFixture<PostgresWeb>;
