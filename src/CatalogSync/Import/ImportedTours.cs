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

/// <summary>Writes imported tours with their events. Idempotent: what is there already writes and announces nothing.</summary>
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
    public async Task<bool> TryAddAsync(
        string tourId, string supplierId, string productId, string optionId, ImportedTour tour, IReadOnlyList<ImportedDeparture> departures,
        CancellationToken cancellationToken)
    {
        var link = new SupplierLink(supplierId, productId, optionId, tour.Digest);
        var batches = Batches(departures);
        var added = await database.InTransactionAsync(async transaction =>
        {
            if (!await catalogue.TryAddAsync(transaction, Details(tourId, tour), link, isSynced: true)) return false;
            await AddAsync(transaction, tourId, batches.FirstOrDefault([]));
            return true;
        }, cancellationToken);
        if (added) await AddAsync(tourId, batches.Skip(1), cancellationToken);
        return added;
    }

    /// <summary>Adds new departures, and writes the details where the supplier changed them since <paramref name="before"/>.</summary>
    /// <returns>Whether the details changed.</returns>
    public async Task<bool> UpdateAsync(
        LinkedProduct before, ImportedTour tour, IReadOnlyList<ImportedDeparture> departures, CancellationToken cancellationToken)
    {
        var known = (await FutureAsync(before.TourId, cancellationToken)).Select(departure => departure.StartsAt).ToHashSet();
        await AddAsync(before.TourId, Batches(departures.Where(departure => !known.Contains(departure.StartsAt))), cancellationToken);
        return tour.Digest != before.ImportDigest && await database.InTransactionAsync(
            transaction => catalogue.UpdateAsync(transaction, Details(before.TourId, tour), tour.Digest), cancellationToken);
    }

    /// <summary>Closes the tour's future departures. Deletes nothing: people have booked them.</summary>
    /// <returns>How many of them were open.</returns>
    public async Task<int> CloseAsync(string tourId, CancellationToken cancellationToken)
    {
        var closed = 0;
        var open = (await FutureAsync(tourId, cancellationToken)).Where(departure => !departure.Seats.ClosedBySupplier);
        foreach (var batch in open.Chunk(SeatInventory.MaxPerTransaction))
            closed += await database.InTransactionAsync(
                transaction => inventory.CloseBySupplierAsync(transaction, tourId, batch, time.GetUtcNow()), cancellationToken);
        return closed;
    }

    private async Task<IReadOnlyList<Departure>> FutureAsync(string tourId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await inventory.ReadAsync(connection, tourId, after: time.GetUtcNow(), cancellationToken);
    }

    private static IReadOnlyList<ImportedDeparture[]> Batches(IEnumerable<ImportedDeparture> departures) =>
        [.. departures.OrderBy(departure => departure.StartsAt).Chunk(SeatInventory.MaxPerTransaction)];

    // If the process ends in between, the next import adds the rest.
    private async Task AddAsync(string tourId, IEnumerable<ImportedDeparture[]> batches, CancellationToken cancellationToken)
    {
        foreach (var batch in batches)
            await database.InTransactionAsync(transaction => AddAsync(transaction, tourId, batch), cancellationToken);
    }

    private async Task AddAsync(WriteTransaction transaction, string tourId, IReadOnlyList<ImportedDeparture> departures)
    {
        foreach (var departure in departures)
            await inventory.TryAddAsync(
                transaction, tourId, departure.StartsAt,
                new DepartureSeats(departure.Capacity, Elsewhere: departure.Capacity - departure.AvailableSpots, ClosedBySupplier: departure.Closed),
                TourAvailabilitySynced.ThirdPartySync, time.GetUtcNow(), departure.AvailabilityId);
    }

    private static CatalogueTour Details(string tourId, ImportedTour tour) => new(
        tourId, tour.Name, tour.Destination, tour.Category, tour.DurationHours, tour.Price, tour.Currency, tour.TimeZone, tour.CancellationDays);
}
