using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Contracts.Rest;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>Deadlines and fees count calendar days in the tour's own time zone.</summary>
public sealed class CancelDecisionTests
{
    private const string Fees = """[{"daysBefore":3,"percent":33},{"daysBefore":7,"percent":10}]""";

    [Theory]
    // The tour starts on 10 December at 09:00 in Tokyo, which is midnight in UTC.
    [InlineData("2026-12-02T23:59:00+09:00", 8, 0)]
    [InlineData("2026-12-03T00:00:00+09:00", 7, 0)] // "less than 7 days before" begins on the 4th
    [InlineData("2026-12-04T00:00:00+09:00", 6, 10)]
    [InlineData("2026-12-07T23:59:59+09:00", 3, 10)]
    [InlineData("2026-12-08T00:00:00+09:00", 2, 33)]
    [InlineData("2026-12-08T23:59:59+09:00", 2, 33)] // the last moment of the last day
    public void Until_the_end_of_the_last_day_a_booking_is_cancelled_for_the_fee_of_that_day(string now, int daysBefore, int fee) =>
        Decide("Asia/Tokyo", now).ShouldBe(new CancelDecision.Cancel(daysBefore, FeeMinor: fee));

    [Theory]
    [InlineData("Asia/Tokyo", "2026-12-09T00:00:00+09:00")]
    [InlineData(null, "2026-12-09T00:00:00Z")]
    [InlineData("Nowhere/Unknown", "2026-12-09T00:00:00Z")]
    public void The_day_after_it_is_too_late(string? zone, string now) =>
        Decide(zone, now).ShouldBeOfType<CancelDecision.Refuse>().Why.Code.ShouldBe("past_deadline");

    [Fact]
    public void Without_a_deadline_it_is_too_late_once_the_tour_has_started()
    {
        Decide("Asia/Tokyo", "2026-12-10T08:59:59+09:00", days: 0).ShouldBeOfType<CancelDecision.Cancel>();
        Decide("Asia/Tokyo", "2026-12-10T09:00:00+09:00", days: 0).ShouldBeOfType<CancelDecision.Refuse>();
    }

    [Fact]
    public void A_third_of_a_price_is_rounded_to_what_the_currency_can_pay()
    {
        var booking = Booking("Asia/Tokyo", days: 0);
        booking.TotalMinor = 101; // yen
        CancelBooking.Decide(booking, DateTimeOffset.Parse("2026-12-09T12:00:00+09:00")).ShouldBe(new CancelDecision.Cancel(1, FeeMinor: 33));
    }

    [Fact]
    public void An_unpaid_hold_can_be_given_up_until_the_end()
    {
        var booking = Booking("Asia/Tokyo", days: 30);
        booking.Status = BookingStatus.Pending;
        CancelBooking.Decide(booking, DateTimeOffset.Parse("2026-12-10T08:59:00+09:00")).ShouldBe(new CancelDecision.Cancel(0, FeeMinor: 0));
    }

    private static CancelDecision Decide(string? zone, string now, int days = 2) =>
        CancelBooking.Decide(Booking(zone, days), DateTimeOffset.Parse(now));

    private static CancellableBooking Booking(string? zone, int days) => new()
    {
        Id = "b", TourId = "t", StartsAt = DateTimeOffset.Parse("2026-12-10T00:00:00Z"), Participants = 1, TotalMinor = 100, Currency = "JPY",
        Status = BookingStatus.Confirmed, CancellationDays = days, CancellationFees = Fees, TimeZone = zone,
    };
}
