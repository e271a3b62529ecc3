namespace RealtimeTours.Simulation.Supplier;

// Requests. Every field is optional here; the endpoints report what is missing in OCTO's own words.

internal sealed record AvailabilityRequest(
    string? ProductId = null, string? OptionId = null, DateOnly? LocalDate = null, DateOnly? LocalDateStart = null,
    DateOnly? LocalDateEnd = null, string[]? AvailabilityIds = null, RequestedUnit[]? Units = null);

internal sealed record RequestedUnit(string? Id = null, int Quantity = 0);

internal sealed record ReservationRequest(
    string? Uuid = null, string? ResellerReference = null, string? ProductId = null, string? OptionId = null, string? AvailabilityId = null,
    int? ExpirationMinutes = null, string? Notes = null, RequestedUnitItem[]? UnitItems = null, OctoContact? Contact = null);

internal sealed record RequestedUnitItem(string? Uuid = null, string? UnitId = null, string? ResellerReference = null);

internal sealed record ConfirmationRequest(string? ResellerReference = null, OctoContact? Contact = null, RequestedUnitItem[]? UnitItems = null);

internal sealed record CancellationRequest(string? Reason = null);

internal sealed record ExtensionRequest(int? ExpirationMinutes = null);
