using RealtimeTours.Simulation.SampleCatalogue;

namespace RealtimeTours.Simulation.Supplier;

/// <summary><c>POST /availability</c> (one row per departure) and <c>POST /availability/calendar</c> (one per day).</summary>
internal static class SimulatedAvailabilityEndpoints
{
    private const int MaxIds = 100;

    public static void MapAvailability(this IEndpointRouteBuilder routes, SimulatedInventory inventory, SimulatedBookings bookings)
    {
        routes.MapPost("/availability", async context =>
        {
            var request = await OctoJson.ReadAsync<AvailabilityRequest>(context.Request);
            var wanted = request.Units?.Sum(unit => unit.Quantity) ?? 0;
            var prices = Prices(context, request, inventory);
            var rows = Rows(request, inventory, bookings)
                .Select(row => row with { Available = row.Available && !(row.Vacancies < wanted), UnitPricing = prices });
            await OctoJson.WriteAsync(context, rows.ToArray());
        });
        routes.MapPost("/availability/calendar", async context =>
        {
            var request = await OctoJson.ReadAsync<AvailabilityRequest>(context.Request);
            if (request.AvailabilityIds is not null) throw OctoError.BadRequest("The calendar takes localDateStart and localDateEnd");
            var prices = Prices(context, request, inventory);
            var days = Rows(request, inventory, bookings).GroupBy(row => DateOnly.Parse(row.LocalDateTimeStart[..10]))
                .Select(day => ToDay(day) with { UnitPricingFrom = prices });
            await OctoJson.WriteAsync(context, days.ToArray());
        });
    }

    private static OctoPricing[]? Prices(HttpContext context, AvailabilityRequest request, SimulatedInventory inventory) =>
        OctoCapabilities.Of(context.Request).Pricing ? SimulatedPrices.OfUnits(inventory.Product(request.ProductId, request.OptionId)) : null;

    private static IEnumerable<OctoAvailabilityRow> Rows(AvailabilityRequest request, SimulatedInventory inventory, SimulatedBookings bookings)
    {
        var product = inventory.Product(request.ProductId, request.OptionId);
        return Departures(request, product, inventory).Select(departure =>
            inventory.Row(departure, bookings.Booked(product.SupplierProductId, SimulatedInventory.IdOf(departure))));
    }

    private static IEnumerable<SampleDeparture> Departures(AvailabilityRequest request, SampleTour product, SimulatedInventory inventory)
    {
        var from = request.LocalDate ?? request.LocalDateStart;
        var to = request.LocalDate ?? request.LocalDateEnd;
        switch (from, to, request.AvailabilityIds)
        {
            case (null, null, { Length: > 0 and <= MaxIds } ids):
                return ids.Select(id => inventory.Departure(product, id) ?? throw OctoError.InvalidAvailability(id));
            case ({ } first, { } last, null) when request.LocalDate is null || request is { LocalDateStart: null, LocalDateEnd: null }:
                if (last < first) throw OctoError.BadRequest("localDateEnd is before localDateStart");
                if (last > first.AddYears(1)) throw OctoError.BadRequest("cannot request more than 1 year of availability");
                return inventory.Departures(product, first, last);
            default:
                throw OctoError.BadRequest("one of localDate, localDateStart with localDateEnd, or up to 100 availabilityIds is required");
        }
    }

    private static OctoCalendarDay ToDay(IGrouping<DateOnly, OctoAvailabilityRow> day)
    {
        var open = day.Where(row => row.Status != "CLOSED").ToArray();
        var best = open.MaxBy(row => row.Vacancies ?? int.MaxValue); // OCTO: the highest vacancies of the day
        return new OctoCalendarDay(
            day.Key, day.Any(row => row.Available), best?.Status ?? "CLOSED", best?.Vacancies, best?.Capacity, day.First().OpeningHours);
    }
}
