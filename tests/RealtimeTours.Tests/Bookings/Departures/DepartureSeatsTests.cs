using FsCheck;
using FsCheck.Fluent;
using RealtimeTours.Bookings.Departures;

namespace RealtimeTours.Tests.Bookings.Departures;

/// <summary>The arithmetic of seats, without a database.</summary>
public class DepartureSeatsTests
{
    [Theory]
    //          ours: seats, sold here | supplier: vacancies, capacity | then: seats, capacity
    [InlineData(10, 0, 7, 20, 7, 20)] // others bought
    [InlineData(10, 3, 12, 20, 9, 20)] // what we sold is not in the supplier's figure
    [InlineData(10, 8, 5, 20, 0, 20)] // never below zero
    [InlineData(10, 0, 25, null, 25, 25)] // a capacity nobody stated grows to what is seen
    [InlineData(10, 2, 25, 20, 23, 25)] // and one that is too small
    [InlineData(10, 2, null, null, 18, 20)] // freesale: everything we have not sold
    [InlineData(10, 0, 0, 20, 0, 20)] // sold out
    [InlineData(10, 1, 30, 40, 29, 40)] // a bigger bus
    [InlineData(10, 8, 5, 5, 0, 8)] // a bus smaller than what we sold: the capacity stays at that
    public void A_supplier_has_sold_what_it_says_and_we_what_we_know(
        int seats, int soldHere, int? vacancies, int? capacity, int thenSeats, int thenCapacity)
    {
        var after = new DepartureSeats(20, Confirmed: soldHere, Elsewhere: 20 - soldHere - seats).Apply(new SupplierFigure(capacity, vacancies));
        (after.Available, after.Capacity, after.SoldHere, after.Closed).ShouldBe((thenSeats, thenCapacity, soldHere, false));
    }

    [Fact]
    public void Seats_that_come_back_fill_the_gap_of_an_overbooked_departure_first()
    {
        var small = new DepartureSeats(20, Confirmed: 8, Elsewhere: 2).Apply(new SupplierFigure(5, 5));
        (small.Capacity, small.Available, small.Overbooked).ShouldBe((8, 0, 3));
        small.GiveBack(2, SeatUse.Confirmed).Available.ShouldBe(0);
        small.GiveBack(4, SeatUse.Confirmed).Available.ShouldBe(1);
        small.GiveBack(4, SeatUse.Confirmed).Apply(new SupplierFigure(5, 5)).ShouldBe(new DepartureSeats(5, Confirmed: 4));

        // The same where the capacity is large enough but others have bought more than we left them.
        var crowded = new DepartureSeats(20, Confirmed: 5).Apply(new SupplierFigure(20, 2));
        (crowded.Available, crowded.Overbooked).ShouldBe((0, 3));
        crowded.GiveBack(3, SeatUse.Confirmed).Available.ShouldBe(0);
        crowded.GiveBack(4, SeatUse.Confirmed).Available.ShouldBe(1);
    }

    [Fact]
    public void A_customer_keeps_the_seats_held_for_them_even_where_the_departure_is_overbooked()
    {
        var overbooked = new DepartureSeats(8, Confirmed: 5, Held: 3, Overbooked: 3);
        overbooked.TakeOwn(held: 3, count: 3, SeatUse.Confirmed).ShouldBe(overbooked with { Confirmed = 8, Held = 0 });
        overbooked.TakeOwn(held: 3, count: 1, SeatUse.Confirmed).Available.ShouldBe(0);
    }

    [Fact]
    public void What_the_operator_closed_the_supplier_does_not_open_nor_the_other_way_round()
    {
        var both = new DepartureSeats(20, ClosedByOperator: true).Apply(new SupplierFigure(20, 20, Closed: true));
        both.Apply(new SupplierFigure(20, 20)).Closed.ShouldBeTrue();
        (both with { ClosedByOperator = false }).Closed.ShouldBeTrue();
        (both with { ClosedByOperator = false }).Apply(new SupplierFigure(20, 20)).Closed.ShouldBeFalse();
    }

    [Fact]
    public void Capacity_leaves_what_others_sold_sold()
    {
        var seats = new DepartureSeats(20, Confirmed: 5, Elsewhere: 10);
        (seats.Resize(12).Available, seats.Resize(12).Overbooked).ShouldBe((0, 3));
        seats.Resize(12).Resize(20).ShouldBe(seats);
        seats.Resize(30).Available.ShouldBe(15);
    }

    /// <summary>Whatever happens in whatever order: no figure is negative, the sum holds, and the capacity is never below what we sold.</summary>
    [Fact]
    public void Every_seat_is_somewhere_after_any_story() =>
        Prop.ForAll<(byte Kind, byte Count, byte Other)[]>(steps =>
        {
            var seats = steps.Aggregate(new DepartureSeats(20), Step);
            return new[] { seats.Available, seats.Confirmed, seats.Held, seats.Elsewhere, seats.Overbooked, seats.Capacity - seats.SoldHere }.All(
                count => count >= 0);
        }).QuickCheckThrowOnFailure();

    private static DepartureSeats Step(DepartureSeats seats, (byte Kind, byte Count, byte Other) step)
    {
        var (count, other) = (step.Count % 30, step.Other % 30);
        return (step.Kind % 6) switch
        {
            0 when count <= seats.Available => seats.Take(count, SeatUse.Confirmed),
            1 when count <= seats.Available => seats.Take(count, SeatUse.Held),
            2 => seats.GiveBack(Math.Min(count, seats.Confirmed), SeatUse.Confirmed),
            3 => seats.GiveBack(Math.Min(count, seats.Held), SeatUse.Held),
            4 when count >= seats.SoldHere => seats.Resize(count),
            5 => seats.Apply(new SupplierFigure(count, other, Closed: count == other)),
            _ when Math.Min(count, seats.Held) is var own && other - own <= seats.Available && other > 0 =>
                seats.TakeOwn(own, other, SeatUse.Confirmed),
            _ => seats,
        };
    }
}
