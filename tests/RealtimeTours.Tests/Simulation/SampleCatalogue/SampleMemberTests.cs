using RealtimeTours.Simulation.SampleCatalogue;

namespace RealtimeTours.Tests.Simulation.SampleCatalogue;

public class SampleMemberTests
{
    private static readonly TimeSpan OnSaleIn = TimeSpan.FromHours(2);

    [Fact]
    public void Every_booking_names_a_member_and_a_tour_of_our_own_with_seats_for_its_parties()
    {
        SampleMember.Bookings.Select(booking => booking.Member).Distinct().ShouldBe(SampleMember.All.Select(member => member.Id), ignoreOrder: true);
        foreach (var departure in SampleMember.Bookings.GroupBy(booking => (booking.Tour, booking.Departure)))
        {
            var tour = SampleTours.All.Single(tour => tour.Id == departure.Key.Tour);
            tour.Supplier.ShouldBeNull("a supplier's figures would count other bookings");
            departure.Sum(booking => booking.Participants).ShouldBeLessThanOrEqualTo(tour.Capacity);
        }
    }

    [Fact]
    public void On_any_day_past_bookings_have_begun_and_the_next_ones_are_on_sale()
    {
        for (var now = new DateTimeOffset(2026, 3, 1, 0, 30, 0, TimeSpan.Zero); now.Year < 2028; now += TimeSpan.FromHours(17))
            foreach (var booking in SampleMember.Bookings)
            {
                var tour = SampleTours.All.Single(tour => tour.Id == booking.Tour);
                var start = SampleMemberSeeder.StartOf(tour, booking.Departure, now, now + OnSaleIn);
                if (booking.Departure < 0) start.ShouldBeLessThanOrEqualTo(now);
                else start.ShouldBeGreaterThanOrEqualTo(now + OnSaleIn);
            }
    }
}
