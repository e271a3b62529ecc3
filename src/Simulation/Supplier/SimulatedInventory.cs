using RealtimeTours.Simulation.SampleCatalogue;

namespace RealtimeTours.Simulation.Supplier;

/// <summary>The supplier's seats. What others bought follows from departure and time alone, so a restarted supplier continues with it.</summary>
/// <remarks>It goes up and down as if others booked and cancelled. Bookings made here are added from memory.</remarks>
internal sealed class SimulatedInventory(SimulatedSupplierOptions options, TimeProvider time)
{
    /// <summary>The cutoff: no bookings this long before the start, or before the doors close.</summary>
    public static readonly TimeSpan Cutoff = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, SampleTour> _products = SampleTours.All
        .Where(tour => tour.Supplier is not null)
        .Concat(SampleTours.SupplierOnly)
        // A product that never runs out comes first: OCTO's validator books the first product's departure over and over.
        .OrderBy(tour => tour.Supplier != SupplierStock.Freesale)
        .ToDictionary(tour => tour.SupplierProductId);

    public IEnumerable<SampleTour> Products => _products.Values.Where(tour => !options.Withdrawn.Contains(tour.SupplierProductId));

    /// <exception cref="OctoError">There is no such product.</exception>
    public SampleTour Product(string? id) =>
        id is not null && _products.TryGetValue(id, out var tour) && !options.Withdrawn.Contains(id) ? tour : throw OctoError.InvalidProduct(id);

    /// <exception cref="OctoError">There is no such product or option.</exception>
    public SampleTour Product(string? id, string? optionId)
    {
        var product = Product(id);
        return optionId == SampleTour.SupplierOptionId ? product : throw OctoError.InvalidOption(optionId);
    }

    /// <summary>The departures of these local days, without those that have left.</summary>
    public IEnumerable<SampleDeparture> Departures(SampleTour product, DateOnly from, DateOnly to)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(product.TimeZone);
        var midnight = from.ToDateTime(TimeOnly.MinValue);
        var now = time.GetUtcNow();
        return product.DeparturesFrom(new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)))
            .TakeWhile(departure => DateOnly.FromDateTime(departure.Start.DateTime) <= to)
            .Where(departure => LeavesAt(departure) > now);
    }

    /// <returns>Null where the product has no such departure. The id is the departure's start with its offset.</returns>
    public SampleDeparture? Departure(SampleTour product, string availabilityId) =>
        DateTimeOffset.TryParse(availabilityId, out var start)
            ? product.DeparturesFrom(start).First() is { } next && next.Start == start ? next : null
            : null;

    /// <param name="booked">Seats held or confirmed here.</param>
    /// <returns>Seats left; null where they are not counted.</returns>
    public int? Vacancies(SampleDeparture departure, int booked) => departure.Tour.Supplier switch
    {
        SupplierStock.Freesale => null,
        SupplierStock.SoldOut => 0,
        _ => Math.Max(0, departure.Tour.Capacity - booked - SoldToOthers(departure)),
    };

    public OctoAvailabilityRow Row(SampleDeparture departure, int booked)
    {
        var vacancies = Vacancies(departure, booked);
        int? capacity = vacancies is null ? null : departure.Tour.Capacity;
        var cutoff = LeavesAt(departure) - Cutoff;
        var closed = time.GetUtcNow() >= cutoff;
        var hours = departure.Tour.OpeningHours;
        var end = hours is null ? departure.Start.AddHours(departure.Tour.DurationHours) : departure.Start.AddDays(1).AddSeconds(-1);
        return new OctoAvailabilityRow(
            IdOf(departure), IdOf(departure), LocalText(end), cutoff.ToUniversalTime(), AllDay: hours is not null,
            Available: !closed && vacancies != 0,
            StatusOf(closed, vacancies, capacity), vacancies, capacity, MaxUnits: null,
            hours is null ? [] : [new OctoOpeningHours($"{hours.From:HH:mm}", $"{hours.To:HH:mm}")]);
    }

    public static string IdOf(SampleDeparture departure) => LocalText(departure.Start);

    public static string StatusOf(bool closed, int? vacancies, int? capacity) => (closed, vacancies) switch
    {
        (true, _) => "CLOSED",
        (_, null) => "FREESALE",
        (_, 0) => "SOLD_OUT",
        _ => vacancies * 2 < capacity ? "LIMITED" : "AVAILABLE",
    };

    // A day ticket can be used until the doors close.
    private static DateTimeOffset LeavesAt(SampleDeparture departure) =>
        departure.Tour.OpeningHours is { } hours ? departure.Start + hours.To.ToTimeSpan() : departure.Start;

    // Interpolates between two random levels, a few seats around the departure's own figure.
    private int SoldToOthers(SampleDeparture departure)
    {
        var sold = (double)departure.SoldToOthers;
        if (options.DriftEvery is { } every)
        {
            var (step, rest) = Math.DivRem(time.GetUtcNow().UtcTicks, every.Ticks);
            var part = rest / (double)every.Ticks;
            var level = departure.Noise(step) * (1 - part) + departure.Noise(step + 1) * part;
            sold += (level - 0.5) * Math.Max(3, departure.Tour.Capacity * 0.25);
        }
        return Math.Clamp((int)Math.Round(sold), 0, departure.Tour.Capacity);
    }

    private static string LocalText(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz");
}
