using System.Text.Json;
using Dapper;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Bookings.Saga;

/// <summary>Bookings that are paid through us, from the request to their end, with each of the provider's moods.</summary>
public abstract class PaidBookingSpecs(TestWeb web)
{
    private static readonly DateTimeOffset Soon = TestWeb.InDays(20.5);

    [Theory]
    [InlineData("pm_card_visa")]
    [InlineData("pm_card_timeout")]
    [InlineData("pm_card_twice")]
    [InlineData("pm_card_late")]
    public async Task A_payment_that_comes_confirms_the_booking_and_charges_once(string card)
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = await ada.PayAsync(tour, Soon, 2, card);
        await ShouldBecomeAsync(ada, booking.Id, BookingStatus.Confirmed);

        (await SeatsAsync(tour)).ShouldBe((7, 2, 0));
        (await LedgerAsync(booking.Id)).ShouldBe(["charge 2500"]);
        await SagaShouldEndAsync(ada, booking.Id, "reserving creating paying confirming completed");
        await HeardAsync(booking.Id, EventTypes.BookingConfirmed);
        // Told twice under one id is told once.
        web.EventsOfBooking(booking.Id).DistinctBy(e => e.EventId).Select(e => e.EventType).Where(e => !e.EndsWith("requested")).ShouldBe(
            [EventTypes.BookingCreated, EventTypes.PaymentInitiated, EventTypes.PaymentSucceeded, EventTypes.BookingConfirmed], ignoreOrder: true);
        web.EventsOfBooking(booking.Id).Select(e => e.CorrelationId).Distinct().ShouldHaveSingleItem();
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task A_declined_payment_gives_the_seats_back_and_tells_the_customer()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 3));
        using var ada = web.SignedIn("ada");
        var booking = await ada.PayAsync(tour, Soon, 3, "pm_card_chargeDeclined");
        await ShouldBecomeAsync(ada, booking.Id, BookingStatus.Failed);

        (await SeatsAsync(tour)).ShouldBe((3, 0, 0));
        (await LedgerAsync(booking.Id)).ShouldBeEmpty();
        await SagaShouldEndAsync(ada, booking.Id, "reserving creating paying releasing failed");
        var failed = (await HeardAsync(booking.Id, EventTypes.BookingFailed)).Data.Deserialize<BookingFailed>(WireJson.EventOptions)!;
        (failed.UserId, failed.Participants, failed.Reason).ShouldBe(("ada", 3, "The payment was declined."));
        await Eventually.ShouldBeTrueAsync(() =>
            web.EventsOf(tour).Last(e => e.EventType == EventTypes.AvailabilityUpdated).Data.GetProperty("availableSpots").GetInt32() == 3);
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task A_payment_that_never_comes_is_called_off_when_the_hold_is_over()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 2));
        using var ada = web.SignedIn("ada");
        var booking = await ada.PayAsync(tour, Soon, 2, "pm_card_never");
        (await web.SignedIn("eve").BookAsync(tour, Soon, 1)).Code.ShouldBe("sold_out"); // held is not available
        await web.ExecuteAsync("UPDATE bookings SET hold_expires_at = created_at WHERE id = @Id", new { booking.Id });
        await ShouldBecomeAsync(ada, booking.Id, BookingStatus.Failed);
        (await SeatsAsync(tour)).ShouldBe((2, 0, 0));
        await HeardAsync(booking.Id, EventTypes.PaymentFailed);
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task A_paid_booking_that_is_cancelled_gets_back_what_the_policy_leaves()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        await web.ExecuteAsync(
            "UPDATE tours SET cancellation_fees = @fees WHERE id = @tour",
            new { tour, fees = """[{"daysBefore":30,"percent":25},{"daysBefore":7,"percent":50}]""" });
        using var ada = web.SignedIn("ada");
        var booking = await ada.PayAsync(tour, Soon, 2, "pm_card_visa");
        await ShouldBecomeAsync(ada, booking.Id, BookingStatus.Confirmed);
        var cancelled = (await ada.CancelAsync(booking.Id)).Data.Deserialize<CancelledBooking>(WireJson.Options)!;
        (cancelled.RefundAmount, cancelled.CancellationFee, cancelled.RefundStatus).ShouldBe((18.75m, 6.25m, "pending"));

        (await HeardAsync(booking.Id, EventTypes.PaymentRefunded)).Data.GetProperty("amount").GetDecimal().ShouldBe(18.75m);
        (await LedgerAsync(booking.Id)).ShouldBe(["charge 2500", "refund 1875"]);
        await Eventually.ShouldBeTrueAsync(async () => await BookingInvariants.BrokenAsync(web.Get<Database>()) is []);
        await SagaShouldEndAsync(ada, booking.Id, "reserving creating paying confirming completed refunding cancelled");
        var saga = (await ada.GetAnswerAsync($"/api/bookings/{booking.Id}/saga")).Data.GetProperty("saga").Deserialize<SagaView>(WireJson.Options)!;
        saga.RefundAmount.ShouldBe(18.75m);
        saga.PayBy.ShouldBe(saga.StartedAt.AddMinutes(10), TimeSpan.FromMinutes(1)); // the default hold, by two clocks
        (await SeatsAsync(tour)).ShouldBe((9, 0, 0));
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task A_booking_cancelled_before_it_is_paid_costs_nothing()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        foreach (var card in new[] { "pm_card_never", "pm_card_late", "pm_card_visa" })
        {
            var booking = await ada.PayAsync(tour, Soon, 2, card);
            (await ada.CancelAsync(booking.Id)).Status.ShouldBe(200);
            await ShouldBecomeAsync(ada, booking.Id, BookingStatus.Cancelled);
        }
        await web.Get<Database>().ShouldHoldAsync();
        (await SeatsAsync(tour)).ShouldBe((9, 0, 0));
        await using var connection = await web.Get<Database>().OpenAsync();
        (await connection.ExecuteScalarAsync<long>("""
            SELECT COALESCE(SUM(CASE WHEN l.kind = 'charge' THEN l.amount_minor ELSE -l.amount_minor END), 0) FROM payment_ledger l
            JOIN payments p ON p.id = l.payment_id JOIN bookings b ON b.id = p.booking_id WHERE b.tour_id = @tour
            """, new { tour })).ShouldBe(0);
    }

    [Fact]
    public async Task A_saga_is_shown_to_the_customer_and_to_operators_and_to_nobody_else()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = await ada.PayAsync(tour, Soon, 1, "pm_card_visa");
        var path = $"/api/bookings/{booking.Id}/saga";
        (await ada.GetAnswerAsync(path)).Status.ShouldBe(200);
        (await web.SignedIn("olga", "operator").GetAnswerAsync(path)).Status.ShouldBe(200);
        (await web.SignedIn("eve").GetAnswerAsync(path)).Status.ShouldBe(404);
        (await web.SignedIn("eve", "guide").GetAnswerAsync(path)).Status.ShouldBe(404);
        (await web.SignedIn(null).GetAnswerAsync(path)).Status.ShouldBe(401);
        var atTheDesk = (await ada.BookAsync(tour, Soon, 1)).Booking;
        (await ada.GetAnswerAsync($"/api/bookings/{atTheDesk.Id}/saga")).Code.ShouldBe("no_such_saga");
        await web.Get<Database>().ShouldHoldAsync();
    }

    [Fact]
    public async Task A_saga_that_waits_unusually_long_is_logged_once_with_its_booking_and_step()
    {
        var tour = await web.AddTourAsync(departures: (Soon, 9, 9));
        using var ada = web.SignedIn("ada");
        var booking = await ada.PayAsync(tour, Soon, 1, "pm_card_never");
        await web.ExecuteAsync(
            "UPDATE booking_sagas SET attempt = @before WHERE booking_id = @Id", new { booking.Id, before = SagaDecision.UnusualAttempts - 2 });
        for (var attempt = SagaDecision.UnusualAttempts - 1; attempt <= SagaDecision.UnusualAttempts + 1; attempt++)
        {
            await web.ExecuteAsync("UPDATE booking_sagas SET due_at = started_at WHERE booking_id = @Id", new { booking.Id });
            await Eventually.ShouldBeTrueAsync(async () =>
                (await ada.GetAnswerAsync($"/api/bookings/{booking.Id}/saga")).Data.GetProperty("saga").GetProperty("attempts")
                    .GetInt32() == attempt);
        }
        // The last wake-up is logged by now if it is at all: the next saga comes after it.
        var other = await ada.PayAsync(tour, Soon, 1, "pm_card_visa");
        await ShouldBecomeAsync(ada, other.Id, BookingStatus.Confirmed);
        var warning = web.Log.Warnings.Where(line => line.Contains(booking.Id)).ShouldHaveSingleItem();
        warning.ShouldContain("Paying");
        warning.ShouldNotContain("pm_card");
        (await ada.CancelAsync(booking.Id)).Status.ShouldBe(200);
        await ShouldBecomeAsync(ada, booking.Id, BookingStatus.Cancelled);
    }

    private static Task ShouldBecomeAsync(HttpClient client, string bookingId, string status) => Eventually.ShouldBeTrueAsync(
        async () => (await client.GetAnswerAsync($"/api/bookings/{bookingId}")).Booking.Status == status);

    private static async Task SagaShouldEndAsync(HttpClient client, string bookingId, string steps)
    {
        var saga = (await client.GetAnswerAsync($"/api/bookings/{bookingId}/saga")).Data.GetProperty("saga").Deserialize<SagaView>(WireJson.Options)!;
        string.Join(' ', saga.Steps.Select(step => step.Step)).ShouldBe(steps);
        saga.Steps.Select(step => step.EnteredAt).ShouldBeInOrder();
        saga.Step.ShouldBe(saga.Steps[^1].Step);
    }

    // The database knows before the listener does.
    private async Task<EventEnvelope> HeardAsync(string bookingId, string eventType)
    {
        await Eventually.ShouldBeTrueAsync(() => web.EventsOfBooking(bookingId).Any(e => e.EventType == eventType));
        return web.EventsOfBooking(bookingId).First(e => e.EventType == eventType);
    }

    private async Task<(int Available, int Confirmed, int Held)> SeatsAsync(string tour)
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        return await connection.QuerySingleAsync<(int, int, int)>(
            "SELECT available_spots, confirmed, held FROM departures WHERE tour_id = @tour", new { tour });
    }

    private async Task<string[]> LedgerAsync(string bookingId)
    {
        await using var connection = await web.Get<Database>().OpenAsync();
        return [.. await connection.QueryAsync<string>("""
            SELECT l.kind || ' ' || l.amount_minor FROM payment_ledger l JOIN payments p ON p.id = l.payment_id
              WHERE p.booking_id = @bookingId ORDER BY l.kind
            """, new { bookingId })];
    }
}

public sealed class SqlitePaidBookingTests(SqliteWeb web) : PaidBookingSpecs(web), IClassFixture<SqliteWeb>;

public sealed class PostgresPaidBookingTests(PostgresWeb web) : PaidBookingSpecs(web), IClassFixture<PostgresWeb>;

public sealed class PgBouncerPaidBookingTests(PgBouncerWeb web) : PaidBookingSpecs(web), IClassFixture<PgBouncerWeb>;
