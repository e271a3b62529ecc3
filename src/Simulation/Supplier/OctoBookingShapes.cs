namespace RealtimeTours.Simulation.Supplier;

// OCTO's booking and its parts, as the simulated supplier writes them.

internal sealed record OctoContact(
    string? FullName = null, string? FirstName = null, string? LastName = null, string? EmailAddress = null, string? PhoneNumber = null,
    string[]? Locales = null, string? PostalCode = null, string? Country = null, string? Notes = null)
{
    /// <summary>Optional in requests, always present in answers.</summary>
    public string[] Locales { get; init; } = Locales ?? [];
}

internal sealed record OctoTicket(string RedemptionMethod, DateTimeOffset? UtcRedeemedAt, object[] DeliveryOptions);

internal sealed record OctoUnitItem(
    string Uuid, string? ResellerReference, string? SupplierReference, string UnitId, string Status, DateTimeOffset? UtcRedeemedAt,
    OctoContact Contact, OctoTicket? Ticket)
{
    [OfCapability] public OctoPricing? Pricing { get; init; }
}

internal sealed record OctoCancellation(string Refund, string? Reason, DateTimeOffset UtcCancelledAt);

internal sealed record OctoBooking(
    string Id, string Uuid, bool TestMode, string? ResellerReference, string? SupplierReference, string Status, DateTimeOffset UtcCreatedAt,
    DateTimeOffset UtcUpdatedAt, DateTimeOffset? UtcExpiresAt, DateTimeOffset? UtcRedeemedAt, DateTimeOffset? UtcConfirmedAt,
    string ProductId, string OptionId, bool Cancellable, OctoCancellation? Cancellation, bool Freesale, string? AvailabilityId,
    OctoAvailabilityRow? Availability, OctoContact Contact, string? Notes, string[] DeliveryMethods, OctoTicket? Voucher,
    OctoUnitItem[] UnitItems)
{
    [OfCapability] public OctoPricing? Pricing { get; init; }
}
