using RealtimeTours.Simulation.SampleCatalogue;

namespace RealtimeTours.Simulation.Supplier;

/// <summary><c>GET /supplier</c>, <c>/capabilities</c>, <c>/products</c> and <c>/products/{id}</c>.</summary>
internal static class SimulatedCatalogueEndpoints
{
    // OCTO's category labels for the sample catalogue's categories.
    private static readonly Dictionary<string, string> Labels = new()
    {
        ["Walking"] = "walking-tours", ["Food & drink"] = "food", ["Day trip"] = "day-trips", ["Boat"] = "boat-tours", ["Cycling"] = "bike-tours",
        ["Museum & monument"] = "museums", ["Concert"] = "live-music", ["Nature"] = "outdoors",
    };

    public static void MapCatalogue(this IEndpointRouteBuilder routes, SimulatedInventory inventory)
    {
        routes.MapGet("/supplier", context => OctoJson.WriteAsync(context, new OctoSupplier(
            "simulated-supplier", "Simulated Supplier (synthetic data)", $"{context.Request.Scheme}://{context.Request.Host}",
            new OctoSupplierContact(Website: null, Email: null, Telephone: null, Address: null))));
        routes.MapGet("/capabilities", context => OctoJson.WriteAsync(context, OctoCapabilities.All));
        routes.MapGet("/products", context =>
            OctoJson.WriteAsync(context, inventory.Products.Select(tour => ToProduct(tour, OctoCapabilities.Of(context.Request))).ToArray()));
        routes.MapGet("/products/{id}", context => OctoJson.WriteAsync(
            context, ToProduct(inventory.Product((string?)context.Request.RouteValues["id"]), OctoCapabilities.Of(context.Request))));
    }

    private static OctoProduct ToProduct(SampleTour tour, OctoCapabilities with)
    {
        var product = new OctoProduct(
            tour.SupplierProductId, tour.Name, Reference: tour.Id, "en", tour.TimeZone, AllowFreesale: false, InstantConfirmation: true,
            InstantDelivery: true, AvailabilityRequired: true, tour.OpeningHours is null ? "START_TIME" : "OPENING_HOURS", ["QRCODE"], ["VOUCHER"],
            "DIGITAL", [ToOption(tour, with)]);
        if (with.Pricing) product = product with { DefaultCurrency = tour.Currency, AvailableCurrencies = [tour.Currency], PricingPer = "UNIT" };
        return with.Content ? WithContent(product, tour) : product;
    }

    private static OctoProduct WithContent(OctoProduct product, SampleTour tour) => product with
    {
        Title = tour.Name, ShortDescription = $"{tour.Name}, {tour.Destination}", Features = [], Faqs = [], Media = [], Commentary = [],
        DurationMinutesFrom = (int)(tour.DurationHours * 60), CategoryLabels = [Labels[tour.Category]],
        Locations = [new OctoLocation(null, null, ["START"], null, null, new OctoPlace(new OctoPostalAddress(null, tour.Destination, null, null)))],
    };

    private static OctoOption ToOption(SampleTour tour, OctoCapabilities with) => new(
        SampleTour.SupplierOptionId, Default: true, "Standard", Reference: null,
        tour.OpeningHours is null ? [.. tour.StartTimes.Select(time => time.ToString("HH:mm"))] : [],
        $"{tour.CancellationDays} days", tour.CancellationDays, "day", [], new OctoOptionRestrictions(MinUnits: 1, MaxUnits: null),
        [
            ToUnit(tour, with, SimulatedPrices.Adult, "Adult", new OctoUnitRestrictions(MinAge: 12, MaxAge: 99, false, null, null, PaxCount: 1, [])),
            ToUnit(tour, with, SimulatedPrices.Child, "Child", new OctoUnitRestrictions(MinAge: 0, MaxAge: 11, false, null, null, PaxCount: 1, [])),
        ])
    {
        Title = with.Content ? "Standard" : null,
    };

    private static OctoUnit ToUnit(SampleTour tour, OctoCapabilities with, string id, string name, OctoUnitRestrictions restrictions) =>
        new(id, name, Reference: null, id.ToUpperInvariant(), restrictions, [])
        {
            PricingFrom = with.Pricing ? [SimulatedPrices.Of(tour, id)] : null, Title = with.Content ? name : null,
        };
}
