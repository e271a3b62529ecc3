using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Platform.Resilience;

namespace RealtimeTours.CatalogSync.Import;

/// <summary>
/// Makes tours of a supplier's products: new ones are added, changed ones updated, departures added, and those of products that are gone closed.
/// What cannot be read is left as it is.
/// </summary>
internal sealed class ImportSupplier(ImportedTours tours, ImportSettings settings, TimeProvider time, ILogger<ImportSupplier> logger)
{
    // The import is in no hurry: the places are the sync's.
    private const int AtOnce = 2;

    /// <summary>False while the sample catalogue, which has most of the simulated supplier's tours already, is still to be written.</summary>
    public async Task<bool> MayBeginAsync(ConfiguredSupplier supplier, CancellationToken cancellationToken) =>
        supplier.Settings.Url is not null || !settings.WaitForSampleTours || await tours.AnyOfOthersAsync(cancellationToken);

    public async Task<ImportOutcome> RunAsync(ConfiguredSupplier supplier, CancellationToken cancellationToken)
    {
        var answer = await supplier.Client.GetProductsAsync(cancellationToken);
        if (answer.Failure is { } failure) return ImportOutcome.Of($"{failure.Kind}: {failure.Reason}");
        var (products, unreadable) = answer.Value!;
        var linked = await tours.LinkedAsync(supplier.Id, cancellationToken);
        // A supplier in trouble answers with nothing more often than one that has given up: that alone closes no catalogue.
        if (products.Count + unreadable.Count == 0 && linked.Count > 0) return ImportOutcome.Of("The supplier lists no product at all, which is not believed");

        var run = new Run(this, supplier, linked, cancellationToken);
        foreach (var product in unreadable) run.Fail(product.Id, product.Reason);
        var offers = products.SelectMany(product => product.Options.Select(option => (product, option))).ToArray();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        // New products first: an import that has to end early gets further with the next one.
        var order = offers.OrderBy(offer => linked.Any(tour => tour.ProductId == offer.product.Id && tour.OptionId == offer.option.Id));
        await Parallel.ForEachAsync(order, limits, async (offer, _) => await run.OneAsync(offer.product, offer.option));
        if (run.Backoff is { } backoff) return run.Outcome with { Error = $"Ended early, {backoff.Kind}: {backoff.Reason}", IsWhole = false };

        var there = unreadable.Select(product => product.Id).ToHashSet();
        foreach (var gone in linked.Where(tour =>
            !there.Contains(tour.ProductId) && !offers.Any(offer => offer.product.Id == tour.ProductId && offer.option.Id == tour.OptionId)))
            await run.CloseAsync(gone);
        return run.Outcome;
    }

    /// <summary>One import of one supplier, and what it has come to so far.</summary>
    private sealed class Run(ImportSupplier import, ConfiguredSupplier supplier, IReadOnlyList<LinkedProduct> linked, CancellationToken cancellationToken)
    {
        private readonly ILookup<(string, string), LinkedProduct> _linked = linked.ToLookup(tour => (tour.ProductId, tour.OptionId));
        private int _created, _updated, _closed, _failed;
        private string? _error;

        /// <summary>Why the supplier is left alone for now; null while it is not.</summary>
        public SupplierFailure? Backoff { get; private set; }

        public ImportOutcome Outcome => new(_created, _updated, _closed, _failed, _error);

        public async Task OneAsync(SupplierProduct product, SupplierOption option)
        {
            if (Backoff is not null) return;
            var known = _linked[(product.Id, option.Id)].ToArray();
            var ours = known.FirstOrDefault(tour => tour.ImportDigest is not null);
            if (known.Length > 0 && ours is null) return; // made by somebody else: the sync keeps its figures, nobody doubles it

            var answer = await supplier.Client.CheckAvailabilityAsync(QueryFor(product, option), cancellationToken);
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
            var now = import.Time.GetUtcNow();
            var rows = answer.Value!.Where(row => row.Start > now).OrderBy(row => row.Start).ToArray();
            var (tour, whyNot) = ImportedTour.Of(product, option, rows.Select(row => row.End - row.Start).FirstOrDefault(length => length is not null));
            if (tour is null)
            {
                Fail(product.Id, whyNot!);
                return;
            }
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
            if (await AddAsync(id) || await AddAsync(ImportedTourId.Marked(id, supplier.Id, product.Id, option.Id))) Interlocked.Increment(ref _created);
            else Fail(product.Id, $"the tour id '{id}' is taken");

            Task<bool> AddAsync(string tourId) =>
                import.Tours.TryAddAsync(tourId, supplier.Id, product.Id, option.Id, tour, departures, cancellationToken);
        }

        private AvailabilityQuery QueryFor(SupplierProduct product, SupplierOption option)
        {
            var zone = product.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found) ? found : TimeZoneInfo.Utc;
            var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(import.Time.GetUtcNow(), zone).DateTime);
            return new AvailabilityQuery(product.Id, option.Id, today, today.AddDays(supplier.Settings.ImportDays), zone);
        }
    }

    private ImportedTours Tours => tours;

    private TimeProvider Time => time;

    private ILogger Logger => logger;
}
