using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Vouchers;

/// <summary>Keeps what loyalty announces and bookings need: the vouchers people have, and the tier each is in. Loyalty itself is not asked.</summary>
internal sealed class FollowLoyalty(TimeProvider time) : ITransactionalHandler
{
    public const string Consumer = EventConsumers.Vouchers;

    public static readonly string[] RoutingKeys =
        [EventTypes.LoyaltyRewardRedeemed, EventTypes.LoyaltyTierUpgraded, EventTypes.LoyaltyPointsDeducted];

    // As far as an envelope's own time may be ahead. Newest wins: one event from the next century would be the last word for good.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    public Task HandleAsync(WriteTransaction transaction, EventEnvelope envelope)
    {
        switch (envelope.EventType)
        {
            case EventTypes.LoyaltyRewardRedeemed:
                var redeemed = EventData.Read<LoyaltyRewardRedeemed>(envelope);
                return redeemed.VoucherCode is null
                    ? Task.CompletedTask // a reward of another kind
                    : VoucherTable.AddAsync(transaction, Read(redeemed));
            case EventTypes.LoyaltyTierUpgraded:
                var upgraded = EventData.Read<LoyaltyTierUpgraded>(envelope);
                return KeepTierAsync(transaction, upgraded.UserId, (upgraded.NewTier, "data.newTier"), (upgraded.UpgradedAt, "data.upgradedAt"));
            default:
                var deducted = EventData.Read<LoyaltyPointsDeducted>(envelope);
                return KeepTierAsync(
                    transaction, deducted.UserId, (deducted.CurrentTier, "data.currentTier"), (deducted.DeductedAt, "data.deductedAt"));
        }
    }

    /// <exception cref="PermanentFailureException">The fields make no voucher.</exception>
    internal static Voucher Read(LoyaltyRewardRedeemed redeemed)
    {
        EventRules.Id(redeemed.UserId, "data.userId");
        var code = VoucherTable.Normalize(EventRules.Id(redeemed.VoucherCode, "data.voucherCode"));
        if (code.Length is 0 or > VoucherTable.MaxCodeLength)
            throw new PermanentFailureException($"data.voucherCode must have 1 to {VoucherTable.MaxCodeLength} characters, not only blanks.");
        if (redeemed.Currency is not { } currency || Currencies.MinorUnits(currency) is null)
            throw new PermanentFailureException("data.currency must be a currency of ISO 4217 where there is a voucherCode.");
        if (redeemed.Amount is not (> 0 and <= Limits.MaxPrice) || Currencies.ToMinor(redeemed.Amount.Value, currency) is not { } amount)
            throw new PermanentFailureException(
                $"data.amount must be above 0, at most {Limits.MaxPrice} and have the decimals of {currency} where there is a voucherCode.");
        if (redeemed.ExpiresAt is not { } expiresAt)
            throw new PermanentFailureException("data.expiresAt is missing; a voucherCode needs it.");
        return new Voucher { Code = code, UserId = redeemed.UserId, AmountMinor = amount, Currency = currency, ExpiresAt = expiresAt };
    }

    private Task KeepTierAsync(
        WriteTransaction transaction, string userId, (string Value, string Field) tier, (DateTimeOffset Value, string Field) asOf)
    {
        EventRules.Id(userId, "data.userId");
        EventRules.Id(tier.Value, tier.Field);
        if (asOf.Value > time.GetUtcNow() + MaxAhead) throw new PermanentFailureException($"{asOf.Field} is in the future.");
        return transaction.ExecuteAsync("""
            INSERT INTO member_tiers (user_id, tier, as_of) VALUES (@userId, @tier, @asOf)
            ON CONFLICT (user_id) DO UPDATE SET tier = excluded.tier, as_of = excluded.as_of WHERE member_tiers.as_of < excluded.as_of
            """, new { userId, tier = tier.Value, asOf = asOf.Value });
    }
}
