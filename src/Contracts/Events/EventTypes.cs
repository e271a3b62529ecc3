namespace RealtimeTours.Contracts.Events;

/// <summary>Every event name of the system; also the routing key on the topic exchange.</summary>
public static class EventTypes
{
    public const string AvailabilityUpdated = "tour.availability.updated";
    public const string AvailabilitySynced = "tour.availability.synced";
    public const string AvailabilityLow = "tour.availability.low";
    public const string AvailabilityRestored = "tour.availability.restored";
    public const string TourSoldOut = "tour.sold.out";
    public const string TourSpotsAvailable = "tour.spots.available";
    public const string ToursWatched = "tours.watched";
    public const string TourSyncRequested = "tour.sync.requested";
    public const string TourCreated = "tour.created";
    public const string TourUpdated = "tour.updated";
    public const string TourCompleted = "tour.completed";

    public const string BookingCreated = "booking.created";
    public const string BookingConfirmed = "booking.confirmed";
    public const string BookingCancelled = "booking.cancelled";
    /// <summary>The American spelling that some publishers use; consumers take both.</summary>
    public const string BookingCanceled = "booking.canceled";
    public const string BookingCompleted = "booking.completed";

    public const string BookingFailed = "booking.failed";
    /// <summary>To the bookings: the payment came, sell the held seats.</summary>
    public const string BookingConfirmationRequested = "booking.confirmation.requested";
    /// <summary>To the bookings: no payment will come, give the held seats back.</summary>
    public const string BookingReleaseRequested = "booking.release.requested";

    /// <summary>To the payments: take the money of a booking.</summary>
    public const string PaymentRequested = "payment.requested";
    /// <summary>To the payments: give money back, or take none.</summary>
    public const string PaymentRefundRequested = "payment.refund.requested";
    public const string PaymentInitiated = "payment.initiated";
    public const string PaymentSucceeded = "payment.succeeded";
    public const string PaymentFailed = "payment.failed";
    public const string PaymentRefunded = "payment.refunded";

    public const string LoyaltyPointsEarned = "loyalty.points.earned";
    public const string LoyaltyTierUpgraded = "loyalty.tier.upgraded";
    public const string LoyaltyRewardRedeemed = "loyalty.reward.redeemed";
}
