namespace RealtimeTours.Bookings.Tours;

/// <summary>A tour's details, from an operator, an import or the sample catalogue.</summary>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/>.</param>
/// <param name="TimeZone">IANA name; null for UTC.</param>
/// <param name="CancellationFees">JSON, see <see cref="CancellationPolicy"/>; null leaves the stored ones.</param>
public sealed record CatalogueTour(
    string Id, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone,
    int CancellationDays, string? CancellationFees = null);

/// <summary>The product under which a supplier sells the tour.</summary>
/// <param name="ImportDigest">A digest of the supplier's details; null for a tour that no import made.</param>
public sealed record SupplierLink(string SupplierId, string ProductId, string OptionId, string? ImportDigest = null);
