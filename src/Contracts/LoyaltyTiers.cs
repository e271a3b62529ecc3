namespace RealtimeTours.Contracts;

/// <summary>The tiers of loyalty, lowest first, and what each takes off the price of a new booking.</summary>
public static class LoyaltyTiers
{
    public const string Bronze = "bronze";
    public const string Silver = "silver";
    public const string Gold = "gold";
    public const string Platinum = "platinum";

    /// <returns>Percent; 0 for a tier that is not known here.</returns>
    public static int DiscountPercentage(string tier) => tier switch
    {
        Silver => 5,
        Gold => 10,
        Platinum => 15,
        _ => 0,
    };
}
