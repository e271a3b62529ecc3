using RealtimeTours.Bookings.Departures;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Matches the supplier's answer with the departures asked about; <see cref="DepartureSeats.Apply"/> then computes our seats.</summary>
internal static class ApplySupplierFigures
{
    // The supplier has no such departure (any more).
    private static readonly SupplierFigure None = new(Capacity: null, Vacancies: null, Closed: true);

    /// <returns>Only the departures that change. One whose row could not be read keeps its figure.</returns>
    public static IReadOnlyList<(Departure Asked, SupplierFigure Figure)> Decide(IEnumerable<Departure> departures, OctoAvailabilities answer)
    {
        var offered = answer.ToDictionary(row => row.Start.UtcTicks);
        var doubtful = answer.Unreadable.Select(row => row.Start?.UtcTicks).ToHashSet();
        return [.. departures
            .Where(departure => offered.ContainsKey(departure.StartsAt.UtcTicks)
                || (answer.IsComplete && !doubtful.Contains(departure.StartsAt.UtcTicks)))
            .Select(departure => (Asked: departure, Figure: FigureOf(departure, offered.GetValueOrDefault(departure.StartsAt.UtcTicks))))
            .Where(change => change.Asked.Seats.Apply(change.Figure) != change.Asked.Seats)];
    }

    // FREESALE counts neither vacancies nor capacity: as many as ours, and where none was known so far as many as a new departure gets.
    private static SupplierFigure FigureOf(Departure departure, OctoAvailability? row) => row switch
    {
        null => None,
        { Closed: false, Vacancies: null, Capacity: null } when departure.Seats.Capacity == 0 => new(ImportedDeparture.FreesaleCapacity, null),
        _ => new(row.Capacity, row.Vacancies, row.Closed),
    };
}
