namespace RealtimeTours.Modules.Loyalty;

/// <param name="MinPoints">Lifetime points from which an account is in it.</param>
/// <param name="Multiplier">Of the bonus points of a tour.</param>
internal sealed record Tier(string Name, int MinPoints, decimal Multiplier, IReadOnlyList<string> Perks)
{
    public int DiscountPercentage => LoyaltyTiers.DiscountPercentage(Name);
}

/// <summary>The tiers, lowest first: the one place for thresholds, multipliers and perks. The discounts are known to bookings too.</summary>
internal static class Tiers
{
    public static readonly IReadOnlyList<Tier> All =
    [
        new(LoyaltyTiers.Bronze, 0, 1m, ["Points for every tour", "Points become vouchers"]),
        new(LoyaltyTiers.Silver, 500, 1.2m, ["5 % off every new booking", "1.2 times the bonus points"]),
        new(LoyaltyTiers.Gold, 2_000, 1.5m, ["10 % off every new booking", "1.5 times the bonus points"]),
        new(LoyaltyTiers.Platinum, 5_000, 2m, ["15 % off every new booking", "Twice the bonus points"]),
    ];

    public static Tier Lowest => All[0];

    public static Tier Of(int lifetimePoints) => All.Last(tier => tier.MinPoints <= lifetimePoints);

    public static Tier Named(string name) => All.Single(tier => tier.Name == name);

    /// <returns>Null for the highest.</returns>
    public static Tier? After(Tier tier) => All.FirstOrDefault(other => other.MinPoints > tier.MinPoints);
}
