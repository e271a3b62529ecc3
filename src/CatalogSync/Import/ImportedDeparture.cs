using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>A departure that the catalogue does not have yet.</summary>
/// <param name="AvailabilityId">The supplier's own id of it.</param>
internal sealed record ImportedDeparture(DateTimeOffset StartsAt, int Capacity, int AvailableSpots, bool Closed, string AvailabilityId)
{
    /// <summary>Seats that we sell where the supplier does not count them (FREESALE).</summary>
    public const int FreesaleCapacity = 100;

    public static ImportedDeparture Of(OctoAvailability row)
    {
        var capacity = Math.Min(row.Capacity ?? row.Vacancies ?? FreesaleCapacity, Limits.MaxCapacity);
        return new ImportedDeparture(row.Start, capacity, Math.Min(row.Vacancies ?? capacity, capacity), row.Closed, row.Id);
    }
}
