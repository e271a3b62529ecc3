using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Import;

internal sealed record ImportedDeparture(DateTimeOffset StartsAt, int Capacity, int AvailableSpots, bool Closed, string AvailabilityId)
{
    /// <summary>Seats on sale where the supplier does not count them (OCTO's FREESALE).</summary>
    public const int FreesaleCapacity = 100;

    public static ImportedDeparture Of(OctoAvailability row)
    {
        var capacity = Math.Min(row.Capacity ?? row.Vacancies ?? FreesaleCapacity, Limits.MaxCapacity);
        return new ImportedDeparture(row.Start, capacity, Math.Min(row.Vacancies ?? capacity, capacity), row.Closed, row.Id);
    }
}
