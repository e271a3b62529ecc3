using RealtimeTours.Simulation.SampleCatalogue;

namespace RealtimeTours.Tests.Simulation.SampleCatalogue;

public class SampleToursTests
{
    private static readonly DateTimeOffset Today = new(2026, 3, 27, 12, 0, 0, TimeSpan.Zero); // two days before Europe's clocks change

    [Fact]
    public void About_forty_tours_in_a_dozen_cities_are_complete_and_plausible()
    {
        SampleTours.All.Count.ShouldBeInRange(38, 45);
        SampleTours.All.Select(tour => tour.Destination).Distinct().Count().ShouldBe(12);
        SampleTours.All.Select(tour => tour.Id).Distinct().Count().ShouldBe(SampleTours.All.Count);
        SampleTours.All.Select(tour => tour.Name).Distinct().Count().ShouldBe(SampleTours.All.Count);
        foreach (var tour in SampleTours.All)
        {
            tour.Id.Length.ShouldBeInRange(1, 128);
            tour.Capacity.ShouldBeInRange(6, 60);
            tour.DurationHours.ShouldBeInRange(1, 12);
            tour.Price.ShouldBeGreaterThan(0);
            tour.Currency.ShouldMatch("^[A-Z]{3}$");
            tour.StartTimes.ShouldAllBe(time => time.Hour >= 7 && time.Hour <= 21);
            TimeZoneInfo.TryFindSystemTimeZoneById(tour.TimeZone, out _).ShouldBeTrue(tour.TimeZone);
        }
    }

    [Fact]
    public void A_dozen_or_more_are_sold_by_the_supplier_one_always_full_one_without_counting()
    {
        var linked = SampleTours.All.Where(tour => tour.Supplier is not null).ToArray();
        linked.Length.ShouldBeInRange(12, 16);
        linked.Count(tour => tour.Supplier == SupplierStock.SoldOut).ShouldBe(1);
        linked.Count(tour => tour.Supplier == SupplierStock.Freesale).ShouldBe(1);
    }

    [Fact]
    public void Departures_keep_their_local_hour_when_the_clocks_change()
    {
        foreach (var tour in SampleTours.All)
        {
            var departures = tour.DeparturesFrom(Today).Take(SampleTours.DeparturesPerTour).ToArray();
            departures.Select(departure => departure.Start).ShouldBeInOrder();
            departures.ShouldAllBe(departure => departure.Start >= Today);
            (departures[^1].Start - Today).ShouldBeLessThan(TimeSpan.FromDays(45));
            var zone = TimeZoneInfo.FindSystemTimeZoneById(tour.TimeZone);
            departures.ShouldAllBe(
                departure => tour.StartTimes.Contains(TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(departure.Start, zone).DateTime)));
        }
    }

    [Fact]
    public void The_same_departure_has_the_same_figures_whenever_it_is_made()
    {
        var tour = SampleTours.All[0];
        var now = tour.DeparturesFrom(Today).Take(20).Select(departure => (departure.Start, departure.AvailableSpots)).ToArray();
        var later = tour.DeparturesFrom(now[5].Start).Take(15).Select(departure => (departure.Start, departure.AvailableSpots));
        later.ShouldBe(now[5..]);
        // A constant of the generator, so that a changed hash does not go unnoticed: databases and supplier would disagree.
        now.Take(4).Select(departure => departure.AvailableSpots).ShouldBe(FirstFigures);
    }

    private static readonly int[] FirstFigures = [0, 7, 16, 13];

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(200)]
    public void On_any_day_some_are_sold_out_some_are_low_and_most_are_free(int days)
    {
        var departures = SampleTours.All.SelectMany(tour => tour.DeparturesFrom(Today.AddDays(days)).Take(SampleTours.DeparturesPerTour)).ToArray();
        departures.ShouldAllBe(departure => departure.AvailableSpots >= 0 && departure.AvailableSpots <= departure.Tour.Capacity);
        departures.Count(departure => departure.AvailableSpots == 0).ShouldBeInRange(20, 90);
        departures.Count(departure => departure.AvailableSpots is > 0 and <= 5).ShouldBeInRange(40, 140);
        departures.Count(departure => departure.AvailableSpots > 5).ShouldBeGreaterThan(200);
    }
}
