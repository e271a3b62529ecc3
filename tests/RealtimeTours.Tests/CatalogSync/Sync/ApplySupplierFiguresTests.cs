using RealtimeTours.Bookings.Departures;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;

namespace RealtimeTours.Tests.CatalogSync.Sync;

public class ApplySupplierFiguresTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly DepartureSeats Seats = new(20, Elsewhere: 10);

    [Fact]
    public void Each_departure_gets_what_the_supplier_says_of_it()
    {
        var (asked, figure) = Decide(Seats, new OctoAvailability("id", Start, 7, 20, Closed: false)).ShouldHaveSingleItem();
        (asked.StartsAt, figure).ShouldBe((Start, new SupplierFigure(20, 7)));
    }

    [Fact]
    public void The_same_figure_is_no_change() =>
        Decide(new DepartureSeats(20, Confirmed: 2, Elsewhere: 8), new OctoAvailability("id", Start, 12, 20, Closed: false)).ShouldBeEmpty();

    [Fact]
    public void Instants_are_compared_whatever_their_offset() =>
        Decide(Seats, new OctoAvailability("id", Start.ToOffset(TimeSpan.FromHours(-5)), 10, 20, Closed: false)).ShouldBeEmpty();

    [Fact]
    public void A_departure_without_a_row_is_not_sold_by_the_supplier()
    {
        Decide(Seats, new OctoAvailability("id", Start.AddHours(1), 3, 20, Closed: false)).ShouldHaveSingleItem().Figure.Closed.ShouldBeTrue();
        Decide(Seats with { ClosedBySupplier = true }).ShouldBeEmpty();
    }

    private static IReadOnlyList<(Departure Asked, SupplierFigure Figure)> Decide(DepartureSeats seats, params OctoAvailability[] answer) =>
        ApplySupplierFigures.Decide([new Departure("tour", Start, seats, Version: 4)], new OctoAvailabilities(answer, []));
}
