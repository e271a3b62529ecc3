namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Seats to be held. The caller makes the <paramref name="Uuid"/>: after a call without an answer it reads the booking by it.</summary>
/// <param name="UnitIds">One per seat.</param>
/// <param name="HoldMinutes">Null for the supplier's own hold time.</param>
internal sealed record SeatReservation(
    Guid Uuid, string ProductId, string OptionId, string AvailabilityId, IReadOnlyList<string> UnitIds, int? HoldMinutes = null,
    string? ResellerReference = null, string? Notes = null);

/// <summary>Null fields are not sent.</summary>
internal sealed record TravellerContact(string? FullName = null, string? EmailAddress = null, string? PhoneNumber = null, string? Country = null);

/// <param name="Seats">The number of unit items.</param>
/// <param name="HeldUntil">Null once it is confirmed, or where the supplier does not say.</param>
/// <param name="SupplierReference">Null until it is confirmed.</param>
internal sealed record SupplierBooking(
    Guid Uuid, SupplierBookingStatus Status, string ProductId, string OptionId, string? AvailabilityId, int Seats, DateTimeOffset? HeldUntil,
    string? SupplierReference, bool Cancellable);

internal enum SupplierBookingStatus
{
    OnHold,
    Confirmed,
    Pending,
    Cancelled,
    Expired,
    Redeemed,
    Rejected,
}
