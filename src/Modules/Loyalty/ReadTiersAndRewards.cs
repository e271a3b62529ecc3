using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary><c>GET /api/loyalty/tiers</c> and <c>GET /api/loyalty/rewards</c>: what there is to reach, for anybody.</summary>
internal static class ReadTiersAndRewards
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/loyalty/tiers", ReadTiers).WithName("ReadTiers").WithTags("Loyalty")
            .Produces<SuccessEnvelope<TierList>>();
        endpoints.MapGet("/api/loyalty/rewards", ReadRewardsAsync).WithName("ReadRewards").WithTags("Loyalty")
            .Produces<SuccessEnvelope<RewardList>>();
    }

    private static IResult ReadTiers() => TypedResults.Ok(new SuccessEnvelope<TierList>(new TierList(
        [.. Tiers.All.Select(tier => new TierView(tier.Name, tier.MinPoints, tier.DiscountPercentage, tier.Multiplier, tier.Perks))])));

    private static async Task<IResult> ReadRewardsAsync(Database database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rewards = await Reward.OfferedAsync(connection, cancellationToken);
        return TypedResults.Ok(new SuccessEnvelope<RewardList>(new RewardList([.. rewards.Select(reward => reward.ToView())])));
    }
}
