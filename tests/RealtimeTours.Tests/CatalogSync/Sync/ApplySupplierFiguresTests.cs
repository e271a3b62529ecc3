using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;

namespace RealtimeTours.Tests.CatalogSync.Sync;

public class ApplySupplierFiguresTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    //          ours: seats, sold here | supplier: vacancies, capacity | then: seats, capacity
    [InlineData(10, 0, 7, 20, 7, 20)] // others bought
    [InlineData(10, 3, 12, 20, 9, 20)] // what we sold is not in the supplier's figure
    [InlineData(10, 8, 5, 20, 0, 20)] // never below zero
    [InlineData(10, 0, 25, null, 20, 20)] // never above the capacity
    [InlineData(10, 2, null, null, 18, 20)] // freesale: everything we have not sold
    [InlineData(10, 0, 0, 20, 0, 20)] // sold out
    [InlineData(10, 1, 30, 40, 29, 40)] // a bigger bus
    public void Our_figure_is_the_suppliers_less_what_we_sold(int seats, int soldHere, int? vacancies, int? capacity, int thenSeats, int thenCapacity)
    {
        var update = Decide(seats, soldHere, closed: false, new OctoAvailability("id", Start, vacancies, capacity, Closed: false)).ShouldHaveSingleItem();
        (update.AvailableSpots, update.Capacity, update.Closed).ShouldBe((thenSeats, thenCapacity, false));
    }

    [Fact]
    public void The_same_figure_is_no_change() =>
        Decide(10, 2, closed: false, new OctoAvailability("id", Start, 12, 20, Closed: false)).ShouldBeEmpty();

    [Fact]
    public void Instants_are_compared_whatever_their_offset() =>
        Decide(10, 0, closed: false, new OctoAvailability("id", Start.ToOffset(TimeSpan.FromHours(-5)), 10, 20, Closed: false)).ShouldBeEmpty();

    [Fact]
    public void A_departure_without_a_row_closes_and_keeps_its_figure()
    {
        var update = Decide(10, 0, closed: false, new OctoAvailability("id", Start.AddHours(1), 3, 20, Closed: false)).ShouldHaveSingleItem();
        (update.AvailableSpots, update.Closed).ShouldBe((10, true));
        Decide(10, 0, closed: true).ShouldBeEmpty();
    }

    [Fact]
    public void A_closed_departure_opens_again() =>
        Decide(10, 0, closed: true, new OctoAvailability("id", Start, 10, 20, Closed: false)).ShouldHaveSingleItem().Closed.ShouldBeFalse();

    private static IReadOnlyList<SeatUpdate> Decide(int seats, int soldHere, bool closed, params OctoAvailability[] answer) => ApplySupplierFigures.Decide(
        [new DepartureRow { StartsAt = Start, Capacity = 20, AvailableSpots = seats, SoldHere = soldHere, Closed = closed, Version = 4 }], answer);
}
