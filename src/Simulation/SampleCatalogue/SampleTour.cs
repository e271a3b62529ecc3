using System.Text.Json.Serialization;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>One invented tour of <c>sample-catalogue.json</c>.</summary>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/>.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Weekdays">The days it runs: <c>Mon Tue Wed Thu Fri Sat Sun</c>.</param>
/// <param name="StartTimes">In the tour's own time zone.</param>
/// <param name="Supplier">How the simulated supplier sells it; null for a tour of our own.</param>
/// <param name="OpeningHours">For a day ticket (OCTO's OPENING_HOURS); its start time is midnight then.</param>
internal sealed record SampleTour(
    string Id, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string TimeZone,
    int Capacity, int CancellationDays, string Weekdays, IReadOnlyList<TimeOnly> StartTimes, SupplierStock? Supplier = null,
    SampleOpeningHours? OpeningHours = null)
{
    public string SupplierProductId => $"octo-{Id}";

    public const string SupplierOptionId = "DEFAULT";

    /// <summary>The departures from an instant on, in an endless sequence.</summary>
    public IEnumerable<SampleDeparture> DeparturesFrom(DateTimeOffset from)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        for (var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime); ; day = day.AddDays(1))
        {
            if (!RunsOn(day.DayOfWeek)) continue;
            foreach (var time in StartTimes)
            {
                var local = day.ToDateTime(time);
                var start = new DateTimeOffset(local, zone.GetUtcOffset(local));
                if (start >= from) yield return new SampleDeparture(this, start);
            }
        }
    }

    private bool RunsOn(DayOfWeek day) => Weekdays.Contains(day.ToString()[..3], StringComparison.Ordinal);
}

internal sealed record SampleOpeningHours(TimeOnly From, TimeOnly To);

[JsonConverter(typeof(JsonStringEnumConverter<SupplierStock>))]
internal enum SupplierStock
{
    /// <summary>Seats that are counted and run out.</summary>
    [JsonStringEnumMemberName("stock")] Counted,

    /// <summary>OCTO's FREESALE: no capacity, sold without counting.</summary>
    [JsonStringEnumMemberName("freesale")] Freesale,

    [JsonStringEnumMemberName("sold_out")] SoldOut,
}
