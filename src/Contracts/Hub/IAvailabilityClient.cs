using System.Text.Json;

namespace RealtimeTours.Contracts.Hub;

/// <summary>The methods that the hub calls on a client.</summary>
public interface IAvailabilityClient
{
    /// <summary>The newest state of one departure. Intermediate states may be skipped (conflation), the last one never is.</summary>
    Task AvailabilityUpdated(AvailabilityUpdate update);

    Task AvailabilityAlert(AvailabilityAlert alert);

    Task ViewersChanged(ViewersChanged viewers);

    /// <summary>The tour's public details changed; the argument is the event's data.</summary>
    Task TourUpdated(JsonElement tour);

    /// <summary>Sent to the user's own connections only; the argument is the event's data.</summary>
    Task LoyaltyPointsEarned(JsonElement data);

    /// <inheritdoc cref="LoyaltyPointsEarned"/>
    Task LoyaltyTierUpgraded(JsonElement data);

    /// <inheritdoc cref="LoyaltyPointsEarned"/>
    Task LoyaltyRewardRedeemed(JsonElement data);

    /// <summary>Sent to the user's own connections only.</summary>
    Task BookingUpdated(BookingUpdate update);
}
