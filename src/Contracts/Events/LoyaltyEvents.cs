namespace RealtimeTours.Contracts.Events;

/// <summary><see cref="EventTypes.LoyaltyPointsEarned"/>.</summary>
public sealed record LoyaltyPointsEarned(
    string UserId, string AccountId, int PointsEarned, int TotalPoints, string CurrentTier,
    string BookingId, string TourId, string TourName, DateTimeOffset EarnedAt);

/// <summary><see cref="EventTypes.LoyaltyTierUpgraded"/>.</summary>
public sealed record LoyaltyTierUpgraded(
    string UserId, string PreviousTier, string NewTier, int TotalPoints, DateTimeOffset UpgradedAt);

/// <summary><see cref="EventTypes.LoyaltyRewardRedeemed"/>.</summary>
public sealed record LoyaltyRewardRedeemed(
    string UserId, string RewardId, int PointsSpent, int TotalPoints, DateTimeOffset RedeemedAt);
