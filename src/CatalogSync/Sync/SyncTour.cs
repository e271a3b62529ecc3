using RealtimeTours.Bookings.Departures;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.CatalogSync.Sync;

/// <param name="Changed">Departures written.</param>
/// <param name="Overtaken">Departures left alone because they changed while the supplier answered; the next run brings them.</param>
/// <param name="Failure">Null when it went well.</param>
internal sealed record SyncOutcome(int Changed, int Overtaken, SupplierFailure? Failure)
{
    public static SyncOutcome Nothing { get; } = new(0, 0, null);

    /// <summary>The supplier wants to be left alone, or does not answer at all: says nothing about this tour, which was not asked about.</summary>
    public bool IsHold => Failure is { Kind: SupplierFailureKind.RateLimited or SupplierFailureKind.CircuitOpen };
}

/// <summary>The lease went to another process while the supplier answered: what it said is not written.</summary>
internal sealed class SyncLeaseLostException() : Exception("Another process syncs this supplier now.");

/// <summary>
/// Asks the supplier about all departures of one tour in one call, and writes what changed, with its events, in one transaction. A failed call
/// changes no figure.
/// </summary>
internal sealed class SyncTour(
    LinkedTours tours, ConfiguredSuppliers suppliers, Database database, SeatInventory inventory, CatalogSyncMetrics metrics, TimeProvider time,
    ILogger<SyncTour> logger)
{
    // OCTO answers for at most a year.
    private const int LongestWindowDays = 365;

    /// <param name="lease">Of the tour's supplier.</param>
    /// <exception cref="SyncLeaseLostException">Nothing was written.</exception>
    public async Task<SyncOutcome> RunAsync(string tourId, SyncLease.Held lease, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await tours.FindAsync(tourId, cancellationToken) is not { ProductId: { } productId, OptionId: { } optionId } tour)
            return SyncOutcome.Nothing;
        if (tour.Marked) await tours.UnmarkAsync(tourId, cancellationToken);

        // Versions are read before the call: the fence that keeps a booking made meanwhile from being erased.
        var departures = await tours.DeparturesAsync(tourId, now, cancellationToken);
        if (departures.Count == 0) return SyncOutcome.Nothing;
        var query = QueryFor(tour, productId, optionId, departures[0].StartsAt, departures[^1].StartsAt);

        var answer = suppliers.Find(tour.SupplierId) is { } supplier
            ? await supplier.Client.CheckAvailabilityAsync(query, cancellationToken)
            : new SupplierFailure(SupplierFailureKind.Unreachable, $"No supplier called '{tour.SupplierId}' is configured");
        if (answer.Failure is { } failure)
        {
            var outcome = new SyncOutcome(0, 0, failure);
            await NoteFailureAsync(tourId, lease, outcome, now, cancellationToken);
            return outcome;
        }
        var asked = departures.Where(departure => LocalDay(departure.StartsAt, query.Zone) <= query.To);
        var figures = ApplySupplierFigures.Decide(asked, answer.Value!);
        var (changed, overtaken) = await database.InTransactionAsync(
            transaction => WriteAsync(transaction, tourId, lease, figures, triedAt: now), cancellationToken);
        metrics.SyncedTour(null, changed, overtaken);
        CatalogSyncLog.TourSynced(logger, tourId, changed, overtaken);
        return new SyncOutcome(changed, overtaken, null);
    }

    private async Task<(int Changed, int Overtaken)> WriteAsync(
        WriteTransaction transaction, string tourId, SyncLease.Held lease, IReadOnlyList<(Departure Asked, SupplierFigure Figure)> figures, DateTimeOffset triedAt)
    {
        var now = time.GetUtcNow();
        var changed = await inventory.ApplyAsync(transaction, tourId, figures, now);
        // Last, just before the commit: without the lease all of the above is rolled back.
        await WriteTourAsync(transaction, "last_synced_at = @now, last_sync_tried_at = @triedAt, last_sync_error = NULL, sync_requested_at = NULL",
            new { tourId, now, triedAt, lease.Name, lease.Holder });
        return (changed, figures.Count - changed);
    }

    private Task NoteFailureAsync(string tourId, SyncLease.Held lease, SyncOutcome outcome, DateTimeOffset triedAt, CancellationToken cancellationToken)
    {
        var failure = outcome.Failure!;
        metrics.SyncedTour(failure.Kind, changed: 0, overtaken: 0);
        CatalogSyncLog.TourFailed(logger, tourId, failure.Kind, failure.Reason);
        return database.InTransactionAsync(transaction => WriteTourAsync(
            transaction, outcome.IsHold ? "last_sync_error = @Reason" : "last_sync_error = @Reason, last_sync_tried_at = @triedAt, sync_requested_at = NULL",
            new { tourId, triedAt, failure.Reason, lease.Name, lease.Holder }), cancellationToken);
    }

    private static async Task WriteTourAsync(WriteTransaction transaction, string changes, object arguments)
    {
        var written = await transaction.ExecuteAsync(
            $"UPDATE tours SET {changes} WHERE id = @tourId AND {SyncLease.Held.Condition(transaction.Dialect)}", arguments);
        if (written == 0) throw new SyncLeaseLostException();
    }

    private static AvailabilityQuery QueryFor(LinkedTour tour, string productId, string optionId, DateTimeOffset first, DateTimeOffset last)
    {
        var zone = tour.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : TimeZoneInfo.Utc;
        var from = LocalDay(first, zone);
        var to = LocalDay(last, zone);
        var limit = from.AddDays(LongestWindowDays);
        return new AvailabilityQuery(productId, optionId, from, to < limit ? to : limit, zone);
    }

    private static DateOnly LocalDay(DateTimeOffset instant, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
}
