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
        var adult = (int)Currencies.ToMinor(tour.Price, tour.Currency)!.Value;
        var retail = unitId == Child ? adult / 2 : adult;
        return new OctoPricing(retail, retail, retail * 4 / 5, tour.Currency, Currencies.MinorUnits(tour.Currency)!.Value, []);
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
