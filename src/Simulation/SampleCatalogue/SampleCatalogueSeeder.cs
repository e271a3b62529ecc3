using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Simulation.Configuration;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>Writes the sample catalogue into an empty database, and adds departures before the old ones run out.</summary>
internal sealed class SampleCatalogueSeeder(
    Database database, SeatInventory inventory, Catalogue catalogue, SampleMemberSeeder members, SimulationSettings settings, TimeProvider time,
    ILogger<SampleCatalogueSeeder> logger)
{
    /// <summary>A tour with fewer future departures than this gets new ones.</summary>
    public const int TooFewDepartures = 5;

    // Nobody books a departure that leaves within the hour, and a supplier's cutoff closes it before.
    private static readonly TimeSpan FirstDepartureIn = TimeSpan.FromHours(2);

    private volatile bool _ran;

    public bool HasRun => _ran;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var turn = await database.TryInTransactionAsync("sample-catalogue", WriteAsync, cancellationToken);
        _ran = true; // also where another process is writing it
        if (turn is Turn<(int Tours, int Departures)>.Taken { Result: { Departures: > 0 } added }) SimulationLog.SampleCatalogueAdded(
            logger, added.Tours, added.Departures);
    }

    private async Task<(int Tours, int Departures)> WriteAsync(WriteTransaction transaction)
    {
        var known = (await transaction.QueryAsync<string>("SELECT id FROM tours WHERE import_digest IS NULL")).ToHashSet();
        var tours = 0;
        var now = time.GetUtcNow();
        if (known.Count == 0)
        {
            foreach (var tour in SampleTours.All) await AddTourAsync(transaction, tour);
            await members.WriteAsync(transaction, now, onSaleFrom: now + FirstDepartureIn);
            tours = SampleTours.All.Count;
            known = [.. SampleTours.All.Select(tour => tour.Id)];
        }

        var future = (await transaction.QueryAsync<CountRow>(
            "SELECT tour_id AS TourId, COUNT(*) AS Departures FROM departures WHERE starts_at > @now GROUP BY tour_id", new { now }))
            .ToDictionary(row => row.TourId, row => row.Departures);
        var departures = 0;
        foreach (var tour in SampleTours.All.Where(tour => known.Contains(tour.Id) && future.GetValueOrDefault(tour.Id) < TooFewDepartures))
            foreach (var departure in tour.DeparturesFrom(now + FirstDepartureIn).Take(SampleTours.DeparturesPerTour))
                if (await inventory.TryAddAsync(
                    transaction, tour.Id, departure.Start, new DepartureSeats(tour.Capacity, Elsewhere: departure.SoldToOthers), reason: null, now))
                    departures++;
        return (tours, departures);
    }

    private Task AddTourAsync(WriteTransaction transaction, SampleTour tour) => catalogue.TryAddAsync(
        transaction,
        new CatalogueTour(
            tour.Id, tour.Name, tour.Destination, tour.Category, tour.DurationHours, tour.Price, tour.Currency, tour.TimeZone, tour.CancellationDays),
        // A real supplier's products have other ids: there is nothing to link to.
        tour.Supplier is not null && settings.SellsSampleTours
            ? new SupplierLink(settings.SupplierId, tour.SupplierProductId, SampleTour.SupplierOptionId)
            : null);

    private sealed class CountRow
    {
        public string TourId { get; set; } = "";
        public long Departures { get; set; }
    }
}
