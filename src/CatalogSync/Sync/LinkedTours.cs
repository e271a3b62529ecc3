using Dapper;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Reads tours that a supplier sells too, and sets and clears the marks that ask the sync for one.</summary>
internal sealed class LinkedTours(Database database, SeatInventory inventory, TimeProvider time)
{
    /// <summary>A condition on <c>tours</c> with argument <c>now</c>: the sync asks about linked tours that have departures to come.</summary>
    public const string IsSynced = """
        supplier_product_id IS NOT NULL AND supplier_option_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM departures WHERE tour_id = tours.id AND starts_at > @now)
        """;

    public async Task<IReadOnlyList<TourToSync>> OfSupplierAsync(string supplierId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<TourToSync>(new CommandDefinition($"""
            SELECT id AS Id, last_synced_at AS SyncedAt, last_sync_tried_at AS TriedAt,
                   CASE WHEN last_sync_error IS NULL THEN 0 ELSE 1 END AS Failures
            FROM tours WHERE supplier_id = @supplierId AND {IsSynced}
            """, new { supplierId, now = time.GetUtcNow() }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Tours that a reader asked for or the supplier hinted at.</summary>
    public async Task<IReadOnlyList<MarkedTour>> MarkedAsync(string supplierId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<MarkedTour>(new CommandDefinition("""
            SELECT id AS Id, sync_requested_at IS NOT NULL AS Requested, sync_hinted_at IS NOT NULL AS Hinted
            FROM tours WHERE supplier_id = @supplierId AND (sync_requested_at IS NOT NULL OR sync_hinted_at IS NOT NULL)
            """, new { supplierId }, cancellationToken: cancellationToken))).AsList();
    }

    public async Task<LinkedTour?> FindAsync(string tourId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<LinkedTour>(new CommandDefinition("""
            SELECT id AS Id, supplier_id AS SupplierId, supplier_product_id AS ProductId, supplier_option_id AS OptionId, time_zone AS TimeZone,
                   sync_requested_at IS NOT NULL OR sync_hinted_at IS NOT NULL AS Marked
            FROM tours WHERE id = @tourId
            """, new { tourId }, cancellationToken: cancellationToken));
    }

    public async Task<IReadOnlyList<Departure>> DeparturesAsync(string tourId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await inventory.ReadAsync(connection, tourId, after: now, cancellationToken);
    }

    /// <summary>A reader saw a stale tour: marks it once, however many readers ask, so there is no stampede of calls.</summary>
    /// <param name="unlessSyncedSince">A tour synced later is fresh enough.</param>
    /// <returns>False where nothing had to be marked.</returns>
    public async Task<bool> RequestAsync(string tourId, DateTimeOffset unlessSyncedSince, CancellationToken cancellationToken) =>
        await database.InTransactionAsync(transaction => transaction.ExecuteAsync("""
            UPDATE tours SET sync_requested_at = @now
            WHERE id = @tourId AND sync_requested_at IS NULL AND (last_synced_at IS NULL OR last_synced_at < @unlessSyncedSince)
            """, new { tourId, unlessSyncedSince, now = time.GetUtcNow() }), cancellationToken) == 1;

    /// <summary>The supplier hinted that a product changed: marks its tours.</summary>
    /// <param name="optionId">Null for all options.</param>
    public async Task HintAsync(string supplierId, string productId, string? optionId, CancellationToken cancellationToken)
    {
        const string Unmarked = """
            supplier_id = @supplierId AND supplier_product_id = @productId AND (@optionId IS NULL OR supplier_option_id = @optionId)
              AND sync_hinted_at IS NULL
            """;
        var arguments = new { supplierId, productId, optionId, now = time.GetUtcNow() };
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            // In a burst of hints all but the first cost one read and no write.
            var any = await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
                $"SELECT id FROM tours WHERE {Unmarked} LIMIT 1", arguments, cancellationToken: cancellationToken));
            if (any is null) return;
        }
        await database.InTransactionAsync(transaction => transaction.ExecuteAsync(
            $"UPDATE tours SET sync_hinted_at = @now WHERE {Unmarked}", arguments), cancellationToken);
    }

    /// <summary>Clears the marks before the supplier is asked: a mark set during the call leads to another call.</summary>
    public Task UnmarkAsync(string tourId, CancellationToken cancellationToken) =>
        database.InTransactionAsync(transaction => transaction.ExecuteAsync(
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
