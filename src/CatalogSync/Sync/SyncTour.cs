using RealtimeTours.Bookings.Departures;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.CatalogSync.Sync;

/// <param name="Overtaken">Departures skipped because they changed during the call (optimistic concurrency); the next run writes them.</param>
internal sealed record SyncOutcome(int Changed, int Overtaken, SupplierFailure? Failure)
{
    /// <summary>Rows of the answer that could not be read: their departures keep their figures.</summary>
    public int Unreadable { get; init; }

    public static SyncOutcome Nothing { get; } = new(0, 0, null);

    /// <summary>A rate limit or an open circuit breaker: the supplier was not asked about this tour.</summary>
    public bool AsksForBackoff => Failure is { Kind: SupplierFailureKind.RateLimited or SupplierFailureKind.CircuitOpen };
}

/// <summary>Asks about all departures of a tour in one call and writes their changes. A failed call changes no figure.</summary>
internal sealed class SyncTour(
    LinkedTours tours, ConfiguredSuppliers suppliers, AskSupplier ask, Database database, SeatInventory inventory, CatalogSyncMetrics metrics,
    TimeProvider time, ILogger<SyncTour> logger)
{
    /// <exception cref="LeaseLostException">Fencing: another process has the lease, and nothing was written.</exception>
    public async Task<SyncOutcome> RunAsync(string tourId, Lease lease, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await tours.FindAsync(tourId, cancellationToken) is not { ProductId: { } productId, OptionId: { } optionId } tour)
            return SyncOutcome.Nothing;
        if (tour.Marked) await tours.UnmarkAsync(tourId, cancellationToken);

        // Optimistic concurrency: versions are read before the call, so the write skips a departure that was booked during it.
        var departures = await tours.DeparturesAsync(tourId, now, cancellationToken);
        if (departures.Count == 0) return SyncOutcome.Nothing;
        var query = AvailabilityQuery.For(productId, optionId, tour.TimeZone, departures[0].StartsAt, departures[^1].StartsAt, now);

        var answer = suppliers.Find(tour.SupplierId) is { } supplier
            ? await ask.RunAsync(supplier, tourId, query, changed: tour.Marked, cancellationToken)
            : new SupplierFailure(SupplierFailureKind.Unreachable, $"No supplier called '{tour.SupplierId}' is configured");
        if (answer.Failure is { } failure)
        {
            var outcome = new SyncOutcome(0, 0, failure);
            await NoteFailureAsync(tourId, lease, outcome, now, cancellationToken);
            return outcome;
        }
        var rows = answer.Value!;
        if (rows.Warning is { } warning) CatalogSyncLog.RowsUnreadable(logger, tour.SupplierId, productId, warning);
        var figures = ApplySupplierFigures.Decide(departures.Where(departure => query.Covers(departure.StartsAt)), rows);
        var changed = await WriteAsync(tourId, lease, figures, rows.Warning, triedAt: now, cancellationToken);
        var overtaken = figures.Count - changed;
        metrics.SyncedTour(null, changed, overtaken);
        CatalogSyncLog.TourSynced(logger, tourId, changed, overtaken);
        return new SyncOutcome(changed, overtaken, null) { Unreadable = rows.Unreadable.Count };
    }

    private async Task<int> WriteAsync(
        string tourId, Lease lease, IReadOnlyList<(Departure Asked, SupplierFigure Figure)> figures, string? warning,
        DateTimeOffset triedAt, CancellationToken cancellationToken)
    {
        var (changed, batches) = (0, figures.Chunk(SeatInventory.MaxPerTransaction).ToArray());
        foreach (var batch in batches.SkipLast(1)) changed += await lease.InTransactionAsync(
            transaction => inventory.ApplyAsync(transaction, tourId, batch, time.GetUtcNow()), cancellationToken);
        return changed + await database.InTransactionAsync(async transaction =>
        {
            var now = time.GetUtcNow();
            var last = await inventory.ApplyAsync(transaction, tourId, batches.LastOrDefault([]), now);
            // Fencing: last before the commit, so that without the lease all of the above is rolled back.
            await WriteTourAsync(
                transaction, lease, "last_synced_at = @now, last_sync_tried_at = @triedAt, last_sync_error = @warning, sync_requested_at = NULL",
                new { tourId, now, triedAt, warning, lease.Name, lease.Holder });
            return last;
        }, cancellationToken);
    }

    private Task NoteFailureAsync(string tourId, Lease lease, SyncOutcome outcome, DateTimeOffset triedAt, CancellationToken cancellationToken)
    {
        var failure = outcome.Failure!;
        metrics.SyncedTour(failure.Kind, changed: 0, overtaken: 0);
        CatalogSyncLog.TourFailed(logger, tourId, failure.Kind, failure.Reason);
        return database.InTransactionAsync(transaction => WriteTourAsync(
            transaction, lease, outcome.AsksForBackoff ? "last_sync_error = @Reason"
                : "last_sync_error = @Reason, last_sync_tried_at = @triedAt, sync_requested_at = NULL",
            new { tourId, triedAt, failure.Reason, lease.Name, lease.Holder }), cancellationToken);
    }

    private static async Task WriteTourAsync(WriteTransaction transaction, Lease lease, string changes, object arguments)
    {
        var written = await transaction.ExecuteAsync(
            $"UPDATE tours SET {changes} WHERE id = @tourId AND {Lease.Condition(transaction.Dialect)}", arguments);
        if (written == 0) throw new LeaseLostException(lease.Name);
    }
}
