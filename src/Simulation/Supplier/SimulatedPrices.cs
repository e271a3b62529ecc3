using RealtimeTours.Simulation.SampleCatalogue;

namespace RealtimeTours.Simulation.Supplier;

/// <summary>OCTO's prices (capability octo/pricing) of the invented products: a child pays half, the supplier gets four fifths.</summary>
internal static class SimulatedPrices
{
    public const string Adult = "adult";
    public const string Child = "child";

    public static bool IsUnit(string? id) => id is Adult or Child;

    public static OctoPricing Of(SampleTour tour, string unitId)
    {
        var precision = tour.Currency == "ISK" ? 0 : 2;
        var retail = (int)(tour.Price * (precision == 0 ? 1 : 100) * (unitId == Child ? 0.5m : 1m));
        return new OctoPricing(retail, retail, retail * 4 / 5, tour.Currency, precision, []);
    }

    public static OctoPricing[] OfUnits(SampleTour tour) =>
        [Of(tour, Adult) with { UnitId = Adult }, Of(tour, Child) with { UnitId = Child }];

    public static OctoPricing Total(SampleTour tour, IEnumerable<OctoUnitItem> items)
    {
        var prices = items.Select(item => Of(tour, item.UnitId)).ToArray();
        return Of(tour, Adult) with
        {
            Original = prices.Sum(price => price.Original), Retail = prices.Sum(price => price.Retail), Net = prices.Sum(price => price.Net),
        };
    }
}
