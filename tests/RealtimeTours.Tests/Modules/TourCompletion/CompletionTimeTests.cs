using System.Globalization;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Modules.TourCompletion;

namespace RealtimeTours.Tests.Modules.TourCompletion;

public class CompletionTimeTests
{
    /// <summary>Starts are local, as a customer reads them; the expected instants are UTC, counted by hand.</summary>
    [Theory]
    [InlineData("Europe/Paris", "2026-02-10 10:00 +01:00", 3, "2026-02-11 01:00")]
    [InlineData("America/New_York", "2026-02-10 10:00 -05:00", 3, "2026-02-11 07:00")]
    [InlineData("Asia/Kathmandu", "2026-02-10 10:00 +05:45", 3, "2026-02-10 20:15")]
    [InlineData("Pacific/Auckland", "2026-02-10 10:00 +13:00", 3, "2026-02-10 13:00")]
    [InlineData(null, "2026-02-10 10:00 +00:00", 3, "2026-02-11 02:00")]
    [InlineData("Europe/Paris", "2026-02-10 01:00 +01:00", 0.5, "2026-02-11 01:00")] // 02:00 of the same day is not yet the day after
    [InlineData("Europe/Paris", "2026-02-10 23:30 +01:00", 1, "2026-02-11 01:00")] // 22:30 in UTC, where the day is another
    [InlineData("America/New_York", "2026-02-10 20:00 -05:00", 1, "2026-02-11 07:00")] // in UTC it is the 11th already
    [InlineData("Europe/Paris", "2026-02-10 22:00 +01:00", 4, "2026-02-11 01:00")] // over at 02:00 sharp
    [InlineData("Europe/Paris", "2026-02-10 22:00 +01:00", 4.5, "2026-02-12 01:00")] // still under way at 02:00
    [InlineData("Europe/Paris", "2026-02-10 10:00 +01:00", 48, "2026-02-13 01:00")]
    [InlineData("Europe/Paris", "2028-02-28 10:00 +01:00", 3, "2028-02-29 01:00")] // a leap day
    [InlineData("Europe/Paris", "2026-12-31 10:00 +01:00", 3, "2027-01-01 01:00")]
    [InlineData("Europe/Paris", "2026-03-28 10:00 +01:00", 3, "2026-03-29 01:00")] // no 02:00 to 03:00 that night: 03:00 summer time
    [InlineData("America/New_York", "2026-03-07 10:00 -05:00", 3, "2026-03-08 07:00")] // the same there
    [InlineData("Europe/Paris", "2026-10-24 10:00 +02:00", 3, "2026-10-25 00:00")] // 02:00 comes twice: the first, in summer time
    [InlineData("America/New_York", "2026-10-31 10:00 -04:00", 3, "2026-11-01 07:00")] // there 01:00 comes twice, 02:00 once
    [InlineData("Europe/Paris", "2026-10-24 22:00 +02:00", 4.5, "2026-10-26 01:00")] // between the two 02:00: the next night's
    public void It_is_the_first_two_o_clock_of_a_later_day_at_which_the_tour_is_over(string? zone, string start, double hours, string expected) =>
        CompletionTime.Of(DateTimeOffset.Parse(start, CultureInfo.InvariantCulture), hours, TourZone.Of(zone))
            .ShouldBe(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    [Theory]
    [InlineData("Europe/Paris")]
    [InlineData("America/New_York")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("Pacific/Auckland")]
    [InlineData("Australia/Lord_Howe")]
    public void At_every_hour_of_a_year_it_is_after_the_tour_and_at_most_a_day_and_two_hours_after(string name)
    {
        var zone = TourZone.Of(name);
        for (var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero); start.Year == 2026; start = start.AddHours(1))
            foreach (var hours in new[] { 0.5, 4, 30 })
            {
                var due = CompletionTime.Of(start, hours, zone);
                due.ShouldBeGreaterThanOrEqualTo(start.AddHours(hours));
                TourZone.DaysBetween(start, due, zone).ShouldBeGreaterThanOrEqualTo(1);
                (due - start.AddHours(hours)).ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(27));
            }
    }
}
