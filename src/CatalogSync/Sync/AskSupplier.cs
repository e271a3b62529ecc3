using System.Collections.Concurrent;
using RealtimeTours.CatalogSync.Suppliers;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Asks about a tour's departures: by the calendar where it is cheaper and says the same, otherwise by departure (decision 23).</summary>
internal sealed class AskSupplier(TimeProvider time)
{
    // What a tour's departures look like, and whether a supplier has a calendar, may change: both are found out anew this often.
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _dayTicketsUntil = new(StringComparer.Ordinal); // by tour
    private readonly ConcurrentDictionary<string, DateTimeOffset> _noCalendarUntil = new(StringComparer.Ordinal); // by supplier

    /// <param name="changed">Somebody says that the tour changed: a supplier may answer the calendar from a cache.</param>
    public async Task<SupplierAnswer<OctoAvailabilities>> RunAsync(
        ConfiguredSupplier supplier, string tourId, AvailabilityQuery query, bool changed, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!changed && _dayTicketsUntil.GetValueOrDefault(tourId) > now && _noCalendarUntil.GetValueOrDefault(supplier.Id) <= now)
        {
            var calendar = await supplier.Client.GetCalendarAsync(query, cancellationToken);
            if (calendar.Value is { } days && AsDepartures(days) is { } departures) return departures;
            // These are about the supplier, and the other call would end in the same way.
            if (calendar.Failure is { Kind: SupplierFailureKind.Unreachable or SupplierFailureKind.RateLimited or SupplierFailureKind.Refused
                or SupplierFailureKind.CircuitOpen } failure) return failure;
            _noCalendarUntil[supplier.Id] = now + LookAgain;
        }
        var answer = await supplier.Client.CheckAvailabilityAsync(query, cancellationToken);
        if (answer.Value is { AreDayTickets: true } && query.HasTimeZone) _dayTicketsUntil[tourId] = now + LookAgain;
        else if (answer.Value is not null) _dayTicketsUntil.TryRemove(tourId, out _);
        return answer;
    }

    // Null where a day does not say when its doors open: then it does not tell which departure it is about.
    private static OctoAvailabilities? AsDepartures(IReadOnlyList<OctoDay> days) => days.Any(day => day is { Opens: null, Closed: false }) ? null
        : new([.. days.Where(day => day.Opens is not null).Select(
            day => new OctoAvailability($"{day.Date:yyyy-MM-dd}", day.Opens!.Value, day.Vacancies, day.Capacity, day.Closed))], []);
}
