using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>What a departure becomes.</summary>
internal sealed record SeatUpdate(DepartureRow Departure, int AvailableSpots, int Capacity, bool Closed);

/// <summary>The rule that turns a supplier's answer into our figures. Pure: the caller reads before and writes after.</summary>
internal static class ApplySupplierFigures
{
    /// <summary>
    /// The supplier does not know the bookings made here, so our figure is its vacancies less what we sold; it never goes below zero or above the
    /// capacity. A departure without a row is closed and keeps its figure.
    /// </summary>
    /// <returns>Only the departures that change.</returns>
    public static IReadOnlyList<SeatUpdate> Decide(IEnumerable<DepartureRow> departures, IEnumerable<OctoAvailability> answer)
    {
        var offered = answer.ToDictionary(row => row.Start.UtcTicks);
        return [.. departures
            .Select(departure => Of(departure, offered.GetValueOrDefault(departure.StartsAt.UtcTicks)))
            .Where(update => (update.AvailableSpots, update.Capacity, update.Closed)
                != (update.Departure.AvailableSpots, update.Departure.Capacity, update.Departure.Closed))];
    }

    private static SeatUpdate Of(DepartureRow departure, OctoAvailability? offered)
    {
        if (offered is null or { Closed: true })
            return new SeatUpdate(departure, departure.AvailableSpots, departure.Capacity, Closed: true);
        var capacity = offered.Capacity ?? departure.Capacity;
        var seats = (offered.Vacancies ?? capacity) - departure.SoldHere;
        return new SeatUpdate(departure, (int)Math.Clamp(seats, 0, capacity), capacity, Closed: false);
    }
}
