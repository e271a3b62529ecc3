namespace RealtimeTours.Bookings.Tours;

/// <summary>What a tour is, whoever says so: an operator, an import or the sample catalogue.</summary>
/// <param name="Price">Per participant, in units of <paramref name="Currency"/>.</param>
/// <param name="TimeZone">IANA name; null for UTC.</param>
/// <param name="CancellationFees">JSON, see <see cref="CancellationPolicy"/>; null keeps those that are there.</param>
public sealed record CatalogueTour(
    string Id, string Name, string Destination, string Category, double DurationHours, decimal Price, string Currency, string? TimeZone, int CancellationDays,
    string? CancellationFees = null);

/// <summary>Where a supplier sells the tour too.</summary>
/// <param name="ImportDigest">What the supplier said, as a digest; null for a tour that no import made.</param>
public sealed record SupplierLink(string SupplierId, string ProductId, string OptionId, string? ImportDigest = null);
