using RealtimeTours.Bookings.Departures;
using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Matches the supplier's answer with the departures asked about; <see cref="DepartureSeats.Apply"/> then computes our seats.</summary>
internal static class ApplySupplierFigures
{
    // The supplier has no such departure (any more).
    private static readonly SupplierFigure None = new(Capacity: null, Vacancies: null, Closed: true);

    /// <returns>Only the departures that change.</returns>
    public static IReadOnlyList<(Departure Asked, SupplierFigure Figure)> Decide(
        IEnumerable<Departure> departures, IEnumerable<OctoAvailability> answer)
    {
        var offered = answer.ToDictionary(row => row.Start.UtcTicks, row => new SupplierFigure(row.Capacity, row.Vacancies, row.Closed));
        return [.. departures
            .Select(departure => (Asked: departure, Figure: offered.GetValueOrDefault(departure.StartsAt.UtcTicks) ?? None))
            .Where(change => change.Asked.Seats.Apply(change.Figure) != change.Asked.Seats)];
    }
}
