using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Tours;

/// <summary>Writes the details of tours, with their events. The sync writes its own columns of the same table.</summary>
public sealed class Catalogue(EventFactory events, TimeProvider time)
{
    /// <param name="link">Null for a tour that no supplier sells.</param>
    /// <param name="isSynced">True where the figures come from the supplier now; otherwise the sync asks about a linked tour soon.</param>
    /// <returns>False where the id is taken: then nothing is changed.</returns>
    public async Task<bool> TryAddAsync(WriteTransaction transaction, CatalogueTour tour, SupplierLink? link = null, bool isSynced = false)
    {
        var now = time.GetUtcNow();
        var added = await transaction.ExecuteAsync("""
            INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, time_zone, cancellation_days,
                               cancellation_fees, supplier_id, supplier_product_id, supplier_option_id, import_digest, last_synced_at,
                               sync_requested_at, updated_at)
            VALUES (@Id, @Name, @Destination, @Category, @DurationHours, @priceMinor, @Currency, @TimeZone, @CancellationDays, @fees,
                    @supplierId, @ProductId, @OptionId, @ImportDigest, @syncedAt, @askedAt, @now) ON CONFLICT DO NOTHING
            """, new
        {
            tour.Id, tour.Name, tour.Destination, tour.Category, tour.DurationHours, priceMinor = PriceOf(tour), tour.Currency, tour.TimeZone,
            tour.CancellationDays, fees = tour.CancellationFees ?? CancellationPolicy.NoFees, supplierId = link?.SupplierId ?? "default",
            link?.ProductId, link?.OptionId, link?.ImportDigest, syncedAt = isSynced ? now : (DateTimeOffset?)null,
            askedAt = link is null || isSynced ? null : (DateTimeOffset?)now, now,
        });
        if (added == 0) return false;
        Announce(transaction, EventTypes.TourCreated, tour);
        return true;
    }

    /// <param name="importDigest">Null for an operator's change, which imports leave alone until the supplier changes its details.</param>
    /// <returns>False where there is no such tour.</returns>
    public async Task<bool> UpdateAsync(WriteTransaction transaction, CatalogueTour tour, string? importDigest = null)
    {
        var updated = await transaction.ExecuteAsync("""
            UPDATE tours SET name = @Name, destination = @Destination, category = @Category, duration_hours = @DurationHours,
                   price_minor = @priceMinor, currency = @Currency, time_zone = @TimeZone, cancellation_days = @CancellationDays,
                   cancellation_fees = COALESCE(@CancellationFees, cancellation_fees), import_digest = COALESCE(@importDigest, import_digest),
                   updated_at = @now
            WHERE id = @Id
            """, new
        {
            tour.Id, tour.Name, tour.Destination, tour.Category, tour.DurationHours, priceMinor = PriceOf(tour), tour.Currency, tour.TimeZone,
            tour.CancellationDays, tour.CancellationFees, importDigest, now = time.GetUtcNow(),
        });
        if (updated == 0) return false;
        Announce(transaction, EventTypes.TourUpdated, tour);
        return true;
    }

    private static long PriceOf(CatalogueTour tour) => Currencies.ToMinor(tour.Price, tour.Currency)
        ?? throw new ArgumentException($"{tour.Price} has more decimals than {tour.Currency}.", nameof(tour));

    private void Announce(WriteTransaction transaction, string eventType, CatalogueTour tour) =>
        transaction.Announce(events.Create(eventType, new TourChanged(
            tour.Id, tour.Name, tour.Destination, tour.Category, tour.DurationHours, tour.Price, tour.Currency, tour.TimeZone)));
}
