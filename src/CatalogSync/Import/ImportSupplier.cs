using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>Turns products into tours: adds and updates them, adds departures, closes tours of products that are gone.</summary>
internal sealed class ImportSupplier(ImportedTours tours, ImportSettings settings, TimeProvider time, ILogger<ImportSupplier> logger)
{
    // The import is not urgent: it leaves the supplier's concurrency to the sync.
    private const int AtOnce = 2;

    /// <summary>False until the sample catalogue is written: it contains most of the simulated supplier's tours.</summary>
    public async Task<bool> MayBeginAsync(ConfiguredSupplier supplier, CancellationToken cancellationToken) =>
        supplier.Settings.Url is not null || !settings.WaitForSampleTours || await tours.AnyOfOthersAsync(cancellationToken);

    public async Task<ImportOutcome> RunAsync(ConfiguredSupplier supplier, CancellationToken cancellationToken)
    {
        var answer = await supplier.Client.GetProductsAsync(cancellationToken);
        if (answer.Failure is { } failure) return ImportOutcome.Of($"{failure.Kind}: {failure.Reason}");
        var (products, unreadable) = answer.Value!;
        var linked = await tours.LinkedAsync(supplier.Id, cancellationToken);
        // An empty list is more likely a fault of the supplier than the end of its catalogue, so it closes no tour.
        if (products.Count + unreadable.Count == 0 && linked.Count > 0)
            return ImportOutcome.Of("The supplier lists no product at all, which is not believed");

        var run = new Run(this, supplier, linked, cancellationToken);
        foreach (var product in unreadable) run.Fail(product.Id, product.Reason);
        var offers = products.SelectMany(product => product.Options.Select(option => (product, option))).ToArray();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        // New products first: if this import ends early, the next one gets further.
        var order = offers.OrderBy(offer => linked.Any(tour => tour.ProductId == offer.product.Id && tour.OptionId == offer.option.Id));
        await Parallel.ForEachAsync(order, limits, async (offer, _) => await run.OneAsync(offer.product, offer.option));
        if (run.Backoff is { } backoff) return run.Outcome with { Error = $"Ended early, {backoff.Kind}: {backoff.Reason}", IsWhole = false };

        var there = unreadable.Select(product => product.Id).ToHashSet();
        foreach (var gone in linked.Where(tour =>
            !there.Contains(tour.ProductId) && !offers.Any(offer => offer.product.Id == tour.ProductId && offer.option.Id == tour.OptionId)))
            await run.CloseAsync(gone);
        return run.Outcome;
    }

    private sealed class Run(
        ImportSupplier import, ConfiguredSupplier supplier, IReadOnlyList<LinkedProduct> linked, CancellationToken cancellationToken)
    {
        private readonly ILookup<(string, string), LinkedProduct> _linked = linked.ToLookup(tour => (tour.ProductId, tour.OptionId));
        private int _created, _updated, _closed, _failed;
        private string? _error;

        /// <summary>The rate limit or open circuit breaker that ends the import early; null for none.</summary>
        public SupplierFailure? Backoff { get; private set; }

        public ImportOutcome Outcome => new(_created, _updated, _closed, _failed, _error);

        public async Task OneAsync(SupplierProduct product, SupplierOption option)
        {
            if (Backoff is not null) return;
            var known = _linked[(product.Id, option.Id)].ToArray();
            var ours = known.FirstOrDefault(tour => tour.ImportDigest is not null);
            if (known.Length > 0 && ours is null) return; // no import made it: the sync keeps its seats, a second tour would double it

            var today = import.Time.GetUtcNow();
            var query = AvailabilityQuery.For(product.Id, option.Id, product.TimeZone, today, today.AddDays(supplier.Settings.ImportDays), today);
            var answer = await supplier.Client.CheckAvailabilityAsync(query, cancellationToken);
            if (answer.Failure is { Kind: SupplierFailureKind.RateLimited or SupplierFailureKind.CircuitOpen } backoff)
            {
                Backoff = backoff;
                return;
            }
            if (answer.Failure is { } failure)
            {
                Fail(product.Id, $"{failure.Kind}: {failure.Reason}");
                return;
            }
            if (answer.Value!.Warning is { } warning) CatalogSyncLog.RowsUnreadable(import.Logger, supplier.Id, product.Id, warning);
            var now = import.Time.GetUtcNow();
            var rows = answer.Value.Where(row => row.Start > now).OrderBy(row => row.Start).ToArray();
            var reading = ImportedTour.Of(product, option, rows.Select(row => row.End - row.Start).FirstOrDefault(length => length is not null));
            if (reading is TourReading.NotSellable no)
            {
                Fail(product.Id, no.Why);
                return;
            }
            var tour = ((TourReading.Sellable)reading).Tour;
            ImportedDeparture[] departures = [.. rows.Select(ImportedDeparture.Of)];
            if (ours is null) await AddAsync(product, option, tour, departures);
            else if (await import.Tours.UpdateAsync(ours, tour, departures, cancellationToken)) Interlocked.Increment(ref _updated);
        }

        public async Task CloseAsync(LinkedProduct gone)
        {
            if (await import.Tours.CloseAsync(gone.TourId, cancellationToken) is not (> 0 and var departures)) return;
            _closed++;
            CatalogSyncLog.ProductGone(import.Logger, supplier.Id, gone.ProductId, gone.TourId, departures);
        }

        public void Fail(string productId, string reason)
        {
            Interlocked.Increment(ref _failed);
            Interlocked.CompareExchange(ref _error, $"Product {productId}: {reason}", null);
            CatalogSyncLog.ProductNotImported(import.Logger, supplier.Id, productId, reason);
        }

        private async Task AddAsync(SupplierProduct product, SupplierOption option, ImportedTour tour, IReadOnlyList<ImportedDeparture> departures)
        {
            var id = ImportedTourId.Of(supplier.Id, product, option);
            if (await AddAsync(id) || await AddAsync(ImportedTourId.Marked(id, supplier.Id, product.Id, option.Id)))
                Interlocked.Increment(ref _created);
            else Fail(product.Id, $"the tour id '{id}' is taken");

            Task<bool> AddAsync(string tourId) =>
                import.Tours.TryAddAsync(tourId, supplier.Id, product.Id, option.Id, tour, departures, cancellationToken);
        }
    }

    private ImportedTours Tours => tours;

    private TimeProvider Time => time;

    private ILogger Logger => logger;
}
