namespace RealtimeTours.Contracts.Events;

/// <summary>Every event name of the system. It is also the routing key: of an event on the topic exchange, of a command on the direct one.</summary>
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
    public const string TourRated = "tour.rated";

    public const string BookingCreated = "booking.created";
    public const string BookingConfirmed = "booking.confirmed";
    public const string BookingCancelled = "booking.cancelled";
    /// <summary>The American spelling, which some publishers use; consumers accept both.</summary>
    public const string BookingCanceled = "booking.canceled";
    public const string BookingCompleted = "booking.completed";

    public const string BookingFailed = "booking.failed";
    /// <summary>Command to the bookings: the payment succeeded, so the held seats become sold.</summary>
    public const string BookingConfirmationRequested = "booking.confirmation.requested";
    /// <summary>Command to the bookings: there will be no payment, so give the held seats back.</summary>
    public const string BookingReleaseRequested = "booking.release.requested";

    /// <summary>Command to the payments: charge a booking.</summary>
    public const string PaymentRequested = "payment.requested";
    /// <summary>Command to the payments: refund a payment, or cancel one that is not charged yet.</summary>
    public const string PaymentRefundRequested = "payment.refund.requested";
    public const string PaymentInitiated = "payment.initiated";
    public const string PaymentSucceeded = "payment.succeeded";
    public const string PaymentFailed = "payment.failed";
    public const string PaymentRefunded = "payment.refunded";

    public const string UserRegistered = "user.registered";
    /// <summary>The user's own name, language or phone changed.</summary>
    public const string UserUpdated = "user.updated";

    public const string LoyaltyPointsEarned = "loyalty.points.earned";
    public const string LoyaltyPointsDeducted = "loyalty.points.deducted";
    public const string LoyaltyTierUpgraded = "loyalty.tier.upgraded";
    public const string LoyaltyRewardRedeemed = "loyalty.reward.redeemed";
}
