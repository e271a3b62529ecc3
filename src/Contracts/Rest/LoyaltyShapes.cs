namespace RealtimeTours.Contracts.Rest;

/// <param name="TotalPoints">That can be spent.</param>
/// <param name="LifetimePoints">They decide the tier; spending does not lower them.</param>
/// <param name="CurrentTier">One of <see cref="LoyaltyTiers"/>.</param>
/// <param name="TierSince">Null for a user of whom nothing was heard yet.</param>
/// <param name="DiscountPercentage">Off the price of new bookings.</param>
public sealed record AccountView(
    int TotalPoints, int LifetimePoints, string CurrentTier, DateTimeOffset? TierSince, int DiscountPercentage, IReadOnlyList<string> Perks);

/// <param name="NextTier">Null in the highest tier.</param>
/// <param name="PointsToNextTier">Lifetime points that are missing; 0 in the highest tier.</param>
public sealed record TierProgress(string? NextTier, int PointsToNextTier);

public sealed record AccountAnswer(AccountView Account, TierProgress Progress);

/// <param name="Type">One of <see cref="PointsTransactionTypes"/>.</param>
/// <param name="Points">Signed: the points of all transactions sum to the account's.</param>
/// <param name="Reason">One of <see cref="PointsReasons"/>.</param>
public sealed record PointsTransactionView(
    string Id, string Type, int Points, string Reason, string? BookingId, string? TourId, string? TourName, DateTimeOffset CreatedAt);

/// <param name="Cursor">Pass as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record PointsHistory(IReadOnlyList<PointsTransactionView> Transactions, string? Cursor);

public static class PointsTransactionTypes
{
    public const string Earned = "earned";
    public const string Redeemed = "redeemed";
    public const string Expired = "expired";
    public const string Canceled = "canceled";
}

public static class PointsReasons
{
    public const string TourCompleted = "tour_completed";
    public const string RewardRedeemed = "reward_redeemed";
    public const string BookingCancelled = "booking_cancelled";
}

/// <param name="MinPoints">Lifetime points from which a member is in it.</param>
/// <param name="BonusMultiplier">Of the points that a tour earns beside its price.</param>
public sealed record TierView(string Tier, int MinPoints, int DiscountPercentage, decimal BonusMultiplier, IReadOnlyList<string> Perks);

public sealed record TierList(IReadOnlyList<TierView> Tiers);

/// <param name="Amount">What its voucher takes off one booking's price, in units of <paramref name="Currency"/>.</param>
/// <param name="ValidDays">How long the voucher can be used.</param>
public sealed record RewardView(string Id, string Name, string Description, int PointsCost, decimal Amount, string Currency, int ValidDays);

public sealed record RewardList(IReadOnlyList<RewardView> Rewards);

/// <param name="Code">For <see cref="BookSeatsRequest.VoucherCode"/>.</param>
/// <param name="Amount">In units of <paramref name="Currency"/>.</param>
public sealed record VoucherView(string Code, decimal Amount, string Currency, DateTimeOffset ExpiresAt);

/// <param name="Cursor">Pass as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record VoucherList(IReadOnlyList<VoucherView> Vouchers, string? Cursor);

/// <param name="Account">After the points were spent.</param>
public sealed record RedeemedReward(VoucherView Voucher, AccountView Account);
