using Dapper;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Reads the tours that a supplier sells too, and sets the marks that ask for one soon.</summary>
internal sealed class LinkedTours(Database database, SeatInventory inventory, TimeProvider time)
{
    /// <summary>A tour the sync asks about: linked, and with departures to come. A condition on <c>tours</c>; needs the argument <c>now</c>.</summary>
    public const string IsSynced = """
        supplier_product_id IS NOT NULL AND supplier_option_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM departures WHERE tour_id = tours.id AND starts_at > @now)
        """;

    /// <summary>All linked tours of a supplier that have departures to come.</summary>
    public async Task<IReadOnlyList<TourToSync>> OfSupplierAsync(string supplierId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<TourToSync>(new CommandDefinition($"""
            SELECT id AS Id, last_synced_at AS SyncedAt, last_sync_tried_at AS TriedAt, CASE WHEN last_sync_error IS NULL THEN 0 ELSE 1 END AS Failures
            FROM tours WHERE supplier_id = @supplierId AND {IsSynced}
            """, new { supplierId, now = time.GetUtcNow() }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Tours of a supplier that somebody asked for or the supplier hinted at.</summary>
    public async Task<IReadOnlyList<MarkedTour>> MarkedAsync(string supplierId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<MarkedTour>(new CommandDefinition("""
            SELECT id AS Id, sync_requested_at IS NOT NULL AS Requested, sync_hinted_at IS NOT NULL AS Hinted
            FROM tours WHERE supplier_id = @supplierId AND (sync_requested_at IS NOT NULL OR sync_hinted_at IS NOT NULL)
            """, new { supplierId }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>One tour, linked or not; null where there is none.</summary>
    public async Task<LinkedTour?> FindAsync(string tourId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<LinkedTour>(new CommandDefinition("""
            SELECT id AS Id, supplier_id AS SupplierId, supplier_product_id AS ProductId, supplier_option_id AS OptionId, time_zone AS TimeZone,
                   sync_requested_at IS NOT NULL OR sync_hinted_at IS NOT NULL AS Marked
            FROM tours WHERE id = @tourId
            """, new { tourId }, cancellationToken: cancellationToken));
    }

    /// <summary>The future departures of a tour, by their start.</summary>
    public async Task<IReadOnlyList<Departure>> DeparturesAsync(string tourId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await inventory.ReadAsync(connection, tourId, after: now, cancellationToken);
    }

    /// <summary>Somebody reads a stale tour: it is asked about soon. However many read, it is one mark.</summary>
    /// <param name="unlessSyncedSince">Younger figures are fresh enough.</param>
    /// <returns>False where nothing had to be marked.</returns>
    public async Task<bool> RequestAsync(string tourId, DateTimeOffset unlessSyncedSince, CancellationToken cancellationToken) =>
        await database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            UPDATE tours SET sync_requested_at = @now
            WHERE id = @tourId AND sync_requested_at IS NULL AND (last_synced_at IS NULL OR last_synced_at < @unlessSyncedSince)
            """, new { tourId, unlessSyncedSince, now = time.GetUtcNow() }), cancellationToken) == 1;

    /// <summary>The supplier says that a product changed: its tours are asked about at once.</summary>
    /// <param name="optionId">Null for all options.</param>
    public async Task HintAsync(string supplierId, string productId, string? optionId, CancellationToken cancellationToken)
    {
        const string Unmarked = """
            supplier_id = @supplierId AND supplier_product_id = @productId AND (@optionId IS NULL OR supplier_option_id = @optionId) AND sync_hinted_at IS NULL
            """;
        var arguments = new { supplierId, productId, optionId, now = time.GetUtcNow() };
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            // Of a burst all but the first cost a read.
            var any = await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
                $"SELECT id FROM tours WHERE {Unmarked} LIMIT 1", arguments, cancellationToken: cancellationToken));
            if (any is null) return;
        }
        await database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            $"UPDATE tours SET sync_hinted_at = @now WHERE {Unmarked}", arguments), cancellationToken);
    }

    /// <summary>Takes the marks away, before the supplier is asked: who marks the tour from now on means the next call.</summary>
    public Task UnmarkAsync(string tourId, CancellationToken cancellationToken) => database.InTransactionAsync(transaction => transaction.ExecuteAsync(
        "UPDATE tours SET sync_requested_at = NULL, sync_hinted_at = NULL WHERE id = @tourId", new { tourId }), cancellationToken);
}

internal sealed class LinkedTour
{
    public string Id { get; set; } = "";
    public string SupplierId { get; set; } = "";
    public string? ProductId { get; set; }
    public string? OptionId { get; set; }
    public string? TimeZone { get; set; }
    public bool Marked { get; set; }
}

internal sealed class MarkedTour
{
    public string Id { get; set; } = "";
    public bool Requested { get; set; }
    public bool Hinted { get; set; }
}
