namespace RealtimeTours.Contracts.Events;

/// <summary><see cref="EventTypes.LoyaltyPointsEarned"/>.</summary>
public sealed record LoyaltyPointsEarned(
    string UserId, string AccountId, int PointsEarned, int TotalPoints, string CurrentTier,
    string BookingId, string TourId, string TourName, DateTimeOffset EarnedAt) : IOfUser;

/// <summary><see cref="EventTypes.LoyaltyPointsDeducted"/>.</summary>
/// <param name="Points">How many were taken; never negative.</param>
/// <param name="Reason">One of <see cref="DeductionReasons"/>.</param>
public sealed record LoyaltyPointsDeducted(
    string UserId, string AccountId, int Points, int TotalPoints, string CurrentTier, string Reason, DateTimeOffset DeductedAt,
    string? BookingId = null) : IOfUser;

/// <summary><see cref="EventTypes.LoyaltyTierUpgraded"/>.</summary>
public sealed record LoyaltyTierUpgraded(
    string UserId, string PreviousTier, string NewTier, int TotalPoints, DateTimeOffset UpgradedAt) : IOfUser;

/// <summary><see cref="EventTypes.LoyaltyRewardRedeemed"/>: points became a voucher.</summary>
/// <param name="VoucherCode">Null where another system gave another reward.</param>
/// <param name="Amount">What the voucher takes off one booking's price, in units of <paramref name="Currency"/>.</param>
public sealed record LoyaltyRewardRedeemed(
    string UserId, string RewardId, int PointsSpent, int TotalPoints, DateTimeOffset RedeemedAt,
    string? VoucherCode = null, decimal? Amount = null, string? Currency = null, DateTimeOffset? ExpiresAt = null) : IOfUser;

public static class DeductionReasons
{
    public const string BookingCancelled = "booking_cancelled";
    public const string Expired = "expired";
}
