namespace RealtimeTours.Modules.Loyalty;

/// <summary>How many points a completed booking earns.</summary>
internal static class PointsRule
{
    private const int PerHour = 5;
    private const int ForBestRating = 50;
    private const decimal BestRating = 5;

    /// <summary>Pure, in decimals: floor(price) + floor((category + 5 × hours + 50 for a rating of 5) × multiplier).</summary>
    /// <param name="totalPrice">In units of whatever currency: the figure counts alike.</param>
    /// <param name="hours">A started hour counts as its fraction.</param>
    /// <param name="rating">Null where the customer had not rated it when it was completed.</param>
    /// <param name="before">The tier before these points.</param>
    /// <example>250 USD, a city tour of 4 hours, rated 5, bronze: 250 + (10 + 20 + 50) × 1 = 330.</example>
    public static long Points(decimal totalPrice, string category, decimal hours, decimal? rating, Tier before)
    {
        var bonus = OfCategory(category) + PerHour * hours + (rating == BestRating ? ForBestRating : 0);
        return (long)decimal.Floor(totalPrice) + (long)decimal.Floor(bonus * before.Multiplier);
    }

    private static int OfCategory(string category) => category switch
    {
        "city_tour" => 10,
        "adventure" => 20,
        "cultural" => 15,
        "food" => 12,
        _ => 0,
    };
}
