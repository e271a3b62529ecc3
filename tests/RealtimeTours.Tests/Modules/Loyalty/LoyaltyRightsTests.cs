using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Tests.Bookings.Bookings;

namespace RealtimeTours.Tests.Modules.Loyalty;

/// <summary>Every route for everybody: what is one's own is nobody else's, whatever their role.</summary>
public sealed class LoyaltyRightsTests(SqliteLoyaltyWeb web) : IClassFixture<SqliteLoyaltyWeb>
{
    public static TheoryData<string, string[]> Others => new() { { "eve", [] }, { "gus", ["guide"] }, { "olga", ["operator"] } };

    [Theory]
    [InlineData("GET", "account")]
    [InlineData("GET", "transactions")]
    [InlineData("GET", "vouchers")]
    [InlineData("POST", "rewards/voucher-eur-10/redeem")]
    public async Task Who_is_not_signed_in_has_no_account(string method, string path)
    {
        using var nobody = web.SignedIn(null);
        (await nobody.SendAsync(new HttpMethod(method), $"/api/loyalty/{path}", new { })).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Anybody_may_know_what_there_is_to_reach()
    {
        using var nobody = web.SignedIn(null);
        var tiers = (await nobody.GetAnswerAsync("/api/loyalty/tiers")).Data.Deserialize<TierList>(WireJson.Options)!.Tiers;
        tiers.Select(tier => (tier.Tier, tier.MinPoints, tier.DiscountPercentage, tier.BonusMultiplier)).ShouldBe(
            [("bronze", 0, 0, 1m), ("silver", 500, 5, 1.2m), ("gold", 2000, 10, 1.5m), ("platinum", 5000, 15, 2m)]);
        tiers.ShouldAllBe(tier => tier.Perks.Count > 0);
        var rewards = (await nobody.GetAnswerAsync("/api/loyalty/rewards")).Data.Deserialize<RewardList>(WireJson.Options)!.Rewards;
        rewards.Select(reward => (reward.Id, reward.PointsCost, reward.Amount, reward.Currency, reward.ValidDays))
            .ShouldContain(("voucher-eur-25", 700, 25m, "EUR", 365));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Others_see_their_own_account_whatever_their_role(string user, string[] roles)
    {
        var ada = Ids.New("ada-");
        await web.EarnAsync(ada, 400);
        using var other = web.SignedIn(user, roles);
        (await other.GetAnswerAsync("/api/loyalty/account")).Data.GetProperty("account").GetProperty("totalPoints").GetInt32().ShouldBe(0);
        (await other.GetAnswerAsync("/api/loyalty/transactions")).Data.GetProperty("transactions").GetArrayLength().ShouldBe(0);
        (await other.GetAnswerAsync("/api/loyalty/vouchers")).Data.GetProperty("vouchers").GetArrayLength().ShouldBe(0);
        // Ada's place in her list opens it to nobody.
        var cursor = (await web.HistoryAsync(ada))[0].Id;
        (await other.GetAnswerAsync($"/api/loyalty/transactions?cursor={cursor}")).Data.GetProperty("transactions").GetArrayLength().ShouldBe(0);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/loyalty/rewards/voucher-eur-10/redeem");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        (await Answer.ReadAsync(await other.SendAsync(request))).Code.ShouldBe("not_enough_points");
    }
}
