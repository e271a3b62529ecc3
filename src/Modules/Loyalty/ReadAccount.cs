using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary><c>GET /api/loyalty/account</c>: the caller's own. A user without one sees an empty account, which is not stored for a look.</summary>
internal static class ReadAccount
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/loyalty/account", AnswerAsync).RequireSignedIn().WithName("ReadLoyaltyAccount").WithTags("Loyalty")
        .Produces<SuccessEnvelope<AccountAnswer>>();

    private static async Task<IResult> AnswerAsync(
        HttpContext context, Database database, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var userId = context.User.UserId();
        var account = await AccountTable.FindAsync(connection, userId, cancellationToken)
            ?? LoyaltyAccount.New(userId, time.GetUtcNow()) with { TierSince = null };
        return TypedResults.Ok(new SuccessEnvelope<AccountAnswer>(new AccountAnswer(account.ToView(), Progress(account))));
    }

    /// <summary>Pure.</summary>
    internal static TierProgress Progress(LoyaltyAccount account) => Tiers.After(account.Tier) is { } next
        ? new TierProgress(next.Name, next.MinPoints - account.LifetimePoints)
        : new TierProgress(NextTier: null, PointsToNextTier: 0);
}
