using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Import;

internal sealed record ImportedDeparture(DateTimeOffset StartsAt, int Capacity, int AvailableSpots, bool Closed, string AvailabilityId)
{
    /// <summary>Seats on sale where the supplier does not count them (OCTO's FREESALE).</summary>
    public const int FreesaleCapacity = 100;

    public static ImportedDeparture Of(OctoAvailability row)
    {
        var capacity = row.Capacity ?? row.Vacancies ?? FreesaleCapacity;
        return new ImportedDeparture(row.Start, capacity, row.Vacancies ?? capacity, row.Closed, row.Id);
    }
}
