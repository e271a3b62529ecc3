using Dapper;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.CatalogSync.Import;

/// <param name="ImportDigest">Null for a tour that no import made; the import does not change it.</param>
internal sealed record LinkedProduct(string TourId, string ProductId, string OptionId, string? ImportDigest)
{
    public LinkedProduct() : this("", "", "", null) { } // for Dapper
}

/// <summary>Writes imported tours, each with its events in one transaction. Idempotent: unchanged details write and announce nothing.</summary>
internal sealed class ImportedTours(Database database, SeatInventory inventory, Catalogue catalogue, TimeProvider time)
{
    public async Task<IReadOnlyList<LinkedProduct>> LinkedAsync(string supplierId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<LinkedProduct>(new CommandDefinition("""
            SELECT id AS TourId, supplier_product_id AS ProductId, supplier_option_id AS OptionId, import_digest AS ImportDigest
            FROM tours WHERE supplier_id = @supplierId AND supplier_product_id IS NOT NULL AND supplier_option_id IS NOT NULL
            """, new { supplierId }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Whether there is a tour that no import made.</summary>
    public async Task<bool> AnyOfOthersAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<string>(
            new CommandDefinition("SELECT id FROM tours WHERE import_digest IS NULL LIMIT 1", cancellationToken: cancellationToken)) is not null;
    }

    /// <returns>False when another tour has the id.</returns>
    public Task<bool> TryAddAsync(
        string tourId, string supplierId, string productId, string optionId, ImportedTour tour, IReadOnlyList<ImportedDeparture> departures,
        CancellationToken cancellationToken) => database.InTransactionAsync(async transaction =>
    {
        var link = new SupplierLink(supplierId, productId, optionId, tour.Digest);
        if (!await catalogue.TryAddAsync(transaction, Details(tourId, tour), link, isSynced: true)) return false;
        await AddDeparturesAsync(transaction, tourId, departures);
        return true;
    }, cancellationToken);

    /// <summary>Adds new departures, and writes the details where the supplier changed them since <paramref name="before"/>.</summary>
    /// <returns>Whether the details changed.</returns>
    public Task<bool> UpdateAsync(
        LinkedProduct before, ImportedTour tour, IReadOnlyList<ImportedDeparture> departures, CancellationToken cancellationToken) =>
        database.InTransactionAsync(async transaction =>
        {
            await AddDeparturesAsync(transaction, before.TourId, departures); // departures before their tour: the lock order rules out a deadlock
            return tour.Digest != before.ImportDigest && await catalogue.UpdateAsync(transaction, Details(before.TourId, tour), tour.Digest);
        }, cancellationToken);

    /// <summary>Closes the tour's future departures. Deletes nothing: people have booked them.</summary>
    public Task<int> CloseAsync(string tourId, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => inventory.CloseBySupplierAsync(transaction, tourId, time.GetUtcNow()), cancellationToken);

    private async Task AddDeparturesAsync(WriteTransaction transaction, string tourId, IReadOnlyList<ImportedDeparture> departures)
    {
        foreach (var departure in departures.OrderBy(departure => departure.StartsAt))
            await inventory.TryAddAsync(
                transaction, tourId, departure.StartsAt,
                new DepartureSeats(departure.Capacity, Elsewhere: departure.Capacity - departure.AvailableSpots, ClosedBySupplier: departure.Closed),
                TourAvailabilitySynced.ThirdPartySync, time.GetUtcNow(), departure.AvailabilityId);
    }

    private static CatalogueTour Details(string tourId, ImportedTour tour) => new(
        tourId, tour.Name, tour.Destination, tour.Category, tour.DurationHours, tour.Price, tour.Currency, tour.TimeZone, tour.CancellationDays);
}
