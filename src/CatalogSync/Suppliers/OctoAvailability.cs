namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>One departure as a supplier states it, checked.</summary>
/// <param name="Start">For a day ticket (OPENING_HOURS): when the doors open.</param>
/// <param name="Vacancies">Seats left, never negative; null where the supplier does not count them (FREESALE).</param>
/// <param name="Capacity">At least <paramref name="Vacancies"/>; null where unknown or not counted.</param>
/// <param name="Closed">Takes no bookings, whatever its vacancies.</param>
internal sealed record OctoAvailability(string Id, DateTimeOffset Start, int? Vacancies, int? Capacity, bool Closed)
{
    public DateTimeOffset? End { get; init; } // null where the supplier does not state it
}

internal sealed record OctoDay(DateOnly Date, int? Vacancies, int? Capacity, bool Closed);

/// <param name="To">Last local day, included; at most a year after <paramref name="From"/>.</param>
/// <param name="Zone">The tour's time zone, for suppliers that leave the offset out.</param>
internal sealed record AvailabilityQuery(string ProductId, string OptionId, DateOnly From, DateOnly To, TimeZoneInfo Zone);

internal sealed record SupplierInfo(string Id, string Name);
