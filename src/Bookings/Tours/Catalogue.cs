using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Tours;

/// <summary>Writes the details of tours, with their events. The sync writes its own columns of the same table.</summary>
public sealed class Catalogue(EventFactory events, TimeProvider time)
{
    private const string Announced = """
        id AS Id, name AS Name, destination AS Destination, category AS Category, duration_hours AS DurationHours, price_minor AS PriceMinor,
        currency AS Currency, time_zone AS TimeZone, rating_sum AS RatingSum, rating_count AS RatingCount
        """;

    /// <param name="link">Null for a tour that no supplier sells.</param>
    /// <param name="isSynced">True where the figures come from the supplier now; otherwise the sync asks about a linked tour soon.</param>
    /// <returns>False where the id is taken: then nothing is changed.</returns>
    public async Task<bool> TryAddAsync(WriteTransaction transaction, CatalogueTour tour, SupplierLink? link = null, bool isSynced = false)
    {
        var now = time.GetUtcNow();
        var added = await transaction.FirstOrDefaultAsync<AnnouncedTour>($"""
            INSERT INTO tours (id, name, destination, category, duration_hours, price_minor, currency, time_zone, cancellation_days,
                               cancellation_fees, supplier_id, supplier_product_id, supplier_option_id, import_digest, last_synced_at,
                               sync_requested_at, updated_at)
            VALUES (@Id, @Name, @Destination, @Category, @DurationHours, @priceMinor, @Currency, @TimeZone, @CancellationDays, @fees,
                    @supplierId, @ProductId, @OptionId, @ImportDigest, @syncedAt, @askedAt, @now) ON CONFLICT DO NOTHING
            RETURNING {Announced}
            """, new
        {
            tour.Id, tour.Name, tour.Destination, tour.Category, tour.DurationHours, priceMinor = PriceOf(tour), tour.Currency, tour.TimeZone,
            tour.CancellationDays, fees = tour.CancellationFees ?? CancellationPolicy.NoFees, supplierId = link?.SupplierId ?? "default",
            link?.ProductId, link?.OptionId, link?.ImportDigest, syncedAt = isSynced ? now : (DateTimeOffset?)null,
            askedAt = link is null || isSynced ? null : (DateTimeOffset?)now, now,
        });
        return Announce(transaction, EventTypes.TourCreated, added);
    }

    /// <param name="importDigest">Null for an operator's change, which imports leave alone until the supplier changes its details.</param>
    /// <returns>False where there is no such tour.</returns>
    public async Task<bool> UpdateAsync(WriteTransaction transaction, CatalogueTour tour, string? importDigest = null)
    {
        var updated = await transaction.FirstOrDefaultAsync<AnnouncedTour>($"""
            UPDATE tours SET name = @Name, destination = @Destination, category = @Category, duration_hours = @DurationHours,
                   price_minor = @priceMinor, currency = @Currency, time_zone = @TimeZone, cancellation_days = @CancellationDays,
                   cancellation_fees = COALESCE(@CancellationFees, cancellation_fees), import_digest = COALESCE(@importDigest, import_digest),
                   updated_at = @now
            WHERE id = @Id RETURNING {Announced}
            """, new
        {
            tour.Id, tour.Name, tour.Destination, tour.Category, tour.DurationHours, priceMinor = PriceOf(tour), tour.Currency, tour.TimeZone,
            tour.CancellationDays, tour.CancellationFees, importDigest, now = time.GetUtcNow(),
        });
        return Announce(transaction, EventTypes.TourUpdated, updated);
    }

    /// <summary>One more customer has rated the tour. Locks the tour's row; the lock order puts bookings and departures before it.</summary>
    internal async Task AddRatingAsync(WriteTransaction transaction, string tourId, int rating) =>
        Announce(transaction, EventTypes.TourUpdated, await transaction.FirstOrDefaultAsync<AnnouncedTour>($"""
            UPDATE tours SET rating_count = rating_count + 1, rating_sum = rating_sum + @rating WHERE id = @tourId RETURNING {Announced}
            """, new { tourId, rating }));

    private static long PriceOf(CatalogueTour tour) => Currencies.ToMinor(tour.Price, tour.Currency)
        ?? throw new ArgumentException($"{tour.Price} has more decimals than {tour.Currency}.", nameof(tour));

    private bool Announce(WriteTransaction transaction, string eventType, AnnouncedTour? tour)
    {
        if (tour is not null) transaction.Announce(events.Create(eventType, tour.ToChanged()));
        return tour is not null;
    }

    private sealed class AnnouncedTour
    {
        public string Id { get; set; } = "";
        public string Name { get; set; } = "";
        public string Destination { get; set; } = "";
        public string Category { get; set; } = "";
        public double DurationHours { get; set; }
        public long PriceMinor { get; set; }
        public string Currency { get; set; } = "";
        public string? TimeZone { get; set; }
        public long RatingSum { get; set; }
        public long RatingCount { get; set; }

        public TourChanged ToChanged() => new(
            Id, Name, Destination, Category, DurationHours, Currencies.FromMinor(PriceMinor, Currency), Currency, TimeZone,
            TourRating.Average(RatingSum, RatingCount), (int)RatingCount);
    }
}
