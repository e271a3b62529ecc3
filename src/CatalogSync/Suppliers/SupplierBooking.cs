namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Seats to be held. The caller makes up <paramref name="Uuid"/>, and with it can find out later whether a call without an answer took them.</summary>
/// <param name="UnitIds">One per seat.</param>
/// <param name="HoldMinutes">Null for the supplier's own time.</param>
internal sealed record SeatReservation(
    Guid Uuid, string ProductId, string OptionId, string AvailabilityId, IReadOnlyList<string> UnitIds, int? HoldMinutes = null,
    string? ResellerReference = null, string? Notes = null);

/// <summary>Whoever travels; what is null is not sent.</summary>
internal sealed record TravellerContact(string? FullName = null, string? EmailAddress = null, string? PhoneNumber = null, string? Country = null);

/// <summary>A booking as the supplier states it, checked.</summary>
/// <param name="Seats">Unit items.</param>
/// <param name="HeldUntil">Null once it is confirmed, or where the supplier does not say.</param>
/// <param name="SupplierReference">Null until it is confirmed.</param>
internal sealed record SupplierBooking(
    Guid Uuid, SupplierBookingStatus Status, string ProductId, string OptionId, string? AvailabilityId, int Seats, DateTimeOffset? HeldUntil,
    string? SupplierReference, bool Cancellable);

/// <summary>OCTO's states of a booking.</summary>
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
