using RealtimeTours.Modules.Loyalty;

namespace RealtimeTours.Tests.Modules.Loyalty;

/// <summary>How many points a tour earns, how many make a tier, and what an account does with them.</summary>
public class PointsRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("250", "city_tour", "4", "5", "bronze", 330)]    // the original's example: 250 + 10 + 20 + 50
    [InlineData("100", "city_tour", "0", null, "bronze", 110)]
    [InlineData("100", "adventure", "0", null, "bronze", 120)]
    [InlineData("100", "cultural", "0", null, "bronze", 115)]
    [InlineData("100", "food", "0", null, "bronze", 112)]
    [InlineData("100", "walk", "0", null, "bronze", 100)]      // an unknown category adds nothing
    [InlineData("100", "Food", "0", null, "bronze", 100)]      // nor one spelled otherwise
    [InlineData("250", "city_tour", "4", "5", "silver", 346)]    // 250 + 80 × 1.2
    [InlineData("250", "city_tour", "4", "5", "gold", 370)]      // 250 + 80 × 1.5
    [InlineData("250", "city_tour", "4", "5", "platinum", 410)]  // 250 + 80 × 2
    [InlineData("100", "walk", "2.5", null, "bronze", 112)]    // floor(12.5)
    [InlineData("100", "food", "2.5", null, "silver", 129)]    // floor(24.5 × 1.2 = 29.4)
    [InlineData("99.99", "walk", "0.1", null, "bronze", 99)]   // floor(99.99) + floor(0.5): floored twice, not once at 100.49
    [InlineData("99.99", "walk", "0.3", null, "bronze", 100)]  // 99 + floor(1.5)
    [InlineData("30000", "adventure", "8", "4", "bronze", 30060)] // JPY: the figure counts alike
    [InlineData("0", "city_tour", "1", "5", "bronze", 65)]
    [InlineData("0", "walk", "0", null, "platinum", 0)]
    [InlineData("100", "walk", "0", "4.9", "bronze", 100)]       // only the best rating counts
    public void A_tour_earns_its_price_and_a_bonus(string price, string category, string hours, string? rating, string tier, long points) =>
        PointsRule.Points(
            decimal.Parse(price), category, decimal.Parse(hours), rating is null ? null : decimal.Parse(rating), Tiers.Named(tier)).ShouldBe(points);

    [Theory]
    [InlineData(0, "bronze", 0, "silver", 500)]
    [InlineData(499, "bronze", 0, "silver", 1)]
    [InlineData(500, "silver", 5, "gold", 1500)]
    [InlineData(1999, "silver", 5, "gold", 1)]
    [InlineData(2000, "gold", 10, "platinum", 3000)]
    [InlineData(4999, "gold", 10, "platinum", 1)]
    [InlineData(5000, "platinum", 15, null, 0)]
    [InlineData(int.MaxValue, "platinum", 15, null, 0)]
    public void Lifetime_points_make_the_tier(int lifetime, string tier, int discount, string? next, int missing)
    {
        var account = LoyaltyAccount.New("ada", Now).Earn(lifetime, Now).After;
        (account.TierName, account.Tier.DiscountPercentage).ShouldBe((tier, discount));
        var progress = ReadAccount.Progress(account);
        (progress.NextTier, progress.PointsToNextTier).ShouldBe((next, missing));
    }

    [Fact]
    public void Spending_lowers_no_tier_and_taking_back_lowers_both_but_never_below_0()
    {
        var silver = LoyaltyAccount.New("ada", Now).Earn(600, Now).After;
        var spent = silver.Spend(550, Now);
        (spent.TotalPoints, spent.LifetimePoints, spent.TierName, spent.TierSince).ShouldBe((50, 600, "silver", silver.TierSince));

        var (after, taken) = spent.TakeBack(600, Now);
        (after.TotalPoints, after.LifetimePoints, after.TierName, taken).ShouldBe((0, 0, "bronze", 50));
        after.TierSince.ShouldBe(after.AsOf);
    }

    [Fact]
    public void Each_change_of_an_account_is_later_than_the_one_before_even_while_the_clock_stands_still_or_goes_back()
    {
        var account = LoyaltyAccount.New("ada", Now);
        foreach (var time in new[] { Now, Now, Now.AddHours(-1), Now.AddHours(1) })
        {
            var after = account.Earn(1, time).After;
            after.AsOf.ShouldBeGreaterThan(account.AsOf);
            account = after;
        }
        account.AsOf.ShouldBe(Now.AddHours(1));
    }

    [Fact]
    public void A_full_account_takes_only_what_fits()
    {
        var (full, earned) = LoyaltyAccount.New("ada", Now).Earn(100_000_000_000, Now);
        (full.TotalPoints, earned).ShouldBe((int.MaxValue, int.MaxValue));
        var (same, more) = full.Spend(1_000, Now).Earn(5, Now);
        (same.TotalPoints, same.LifetimePoints, more).ShouldBe((int.MaxValue - 1_000, int.MaxValue, 0));
    }
}
