using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary><c>POST /api/loyalty/rewards/{id}/redeem</c>: points become a voucher, its event and the kept answer in one commit.</summary>
internal sealed class RedeemReward(Database database, EventFactory events, TimeProvider time)
{
    private const string Route = "POST /api/loyalty/rewards/{id}/redeem";

    private static Refusal NoSuchReward => new(404, "no_such_reward", "There is no such reward.");

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/loyalty/rewards/{id}/redeem", async (
            string id, [FromHeader(Name = IdempotentRequest.Header)] string? idempotencyKey, HttpContext context, RedeemReward redeem,
            CancellationToken cancellationToken) =>
        {
            if (!RequestText.IsId(id)) return NoSuchReward.ToResult();
            if (IdempotentRequest.ReadKey(idempotencyKey).IsRefused(out var badKey, out var key)) return badKey;
            // One key for another reward is one key for another request.
            var request = IdempotentRequest.Of(context.User.UserId(), Route, key, new { rewardId = id });
            return await redeem.RunAsync(request, id, cancellationToken);
        })
        .RequireSignedIn()
        .WithName("RedeemReward").WithTags("Loyalty")
        .Produces<SuccessEnvelope<RedeemedReward>>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private async Task<IResult> RunAsync(IdempotentRequest request, string rewardId, CancellationToken cancellationToken)
    {
        var turn = await database.TryInTransactionAsync(
            request.LockName, transaction => AnswerAsync(transaction, request, rewardId), cancellationToken);
        return turn is Turn<IResult>.Taken taken ? taken.Result : IdempotentRequest.InFlight;
    }

    private async Task<IResult> AnswerAsync(WriteTransaction transaction, IdempotentRequest request, string rewardId)
    {
        if (await request.FindAnswerAsync(transaction) is { } kept) return request.Replay(kept);
        var now = Microseconds.Of(time.GetUtcNow());
        var reward = await Reward.FindOfferedAsync(transaction, rewardId);
        var answer = reward is null ? KeptAnswer.Refused(NoSuchReward)
            : Decide(await AccountTable.LockAsync(transaction, request.UserId, now), reward, VoucherCode.New(), now) switch
            {
                RedeemDecision.Refuse refuse => KeptAnswer.Refused(refuse.Why),
                RedeemDecision.Redeem redeem => Save(transaction, redeem, reward),
                var other => throw new InvalidOperationException($"{other} is no decision."),
            };
        request.Keep(transaction, answer, now);
        return answer.ToResult();
    }

    /// <summary>Pure.</summary>
    internal static RedeemDecision Decide(LoyaltyAccount account, Reward reward, string code, DateTimeOffset now) =>
        account.TotalPoints < reward.PointsCost
            ? new RedeemDecision.Refuse(new Refusal(
                409, "not_enough_points", $"This reward costs {reward.PointsCost} points; you have {account.TotalPoints}."))
            : new RedeemDecision.Redeem(
                account.Spend(reward.PointsCost, now), new VoucherView(code, reward.Amount, reward.Currency, now.AddDays(reward.ValidDays)));

    private KeptAnswer Save(WriteTransaction transaction, RedeemDecision.Redeem redeem, Reward reward)
    {
        var (account, voucher) = redeem;
        AccountTable.Write(
            transaction, account, new PointsTransaction(PointsTransactionTypes.Redeemed, -reward.PointsCost, PointsReasons.RewardRedeemed));
        transaction.Defer("""
            INSERT INTO loyalty_vouchers (code, user_id, reward_id, amount_minor, currency, expires_at, created_at)
            VALUES (@Code, @UserId, @Id, @AmountMinor, @Currency, @ExpiresAt, @AsOf)
            """, new { voucher.Code, account.UserId, reward.Id, reward.AmountMinor, reward.Currency, voucher.ExpiresAt, account.AsOf });
        transaction.Announce(events.Create(EventTypes.LoyaltyRewardRedeemed, new LoyaltyRewardRedeemed(
            account.UserId, reward.Id, reward.PointsCost, account.TotalPoints, account.AsOf, voucher.Code, voucher.Amount, voucher.Currency,
            voucher.ExpiresAt)));
        return KeptAnswer.Created(
            ReadVouchers.Path, new SuccessEnvelope<RedeemedReward>(new RedeemedReward(voucher, account.ToView())));
    }
}

internal abstract record RedeemDecision
{
    private RedeemDecision()
    {
    }

    public sealed record Redeem(LoyaltyAccount Account, VoucherView Voucher) : RedeemDecision;

    public sealed record Refuse(Refusal Why) : RedeemDecision;
}
