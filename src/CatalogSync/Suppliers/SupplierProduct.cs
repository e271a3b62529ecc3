namespace RealtimeTours.CatalogSync.Suppliers;

/// <param name="Unreadable">Products that exist but cannot be read: their tours are not closed.</param>
internal sealed record SupplierProducts(IReadOnlyList<SupplierProduct> Products, IReadOnlyList<UnreadableProduct> Unreadable);

internal sealed record UnreadableProduct(string Id, string Reason);

/// <summary>One product. Null: the supplier does not state it, or lacks the capability octo/pricing or octo/content.</summary>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Category">OCTO's first label of the product, such as <c>boat-tours</c>.</param>
internal sealed record SupplierProduct(
    string Id, string Name, string? TimeZone, string? Destination, string? Category, int? DurationMinutes, string? Currency,
    IReadOnlyList<SupplierOption> Options);

/// <param name="CancellationDays">The cancellation deadline in days before the start, rounded up; null where not stated.</param>
/// <param name="Prices">What one adult pays, a price per currency; empty where not stated.</param>
internal sealed record SupplierOption(
    string Id, string Name, bool IsDefault, int? DurationMinutes, int? CancellationDays, IReadOnlyList<SupplierPrice> Prices);

/// <param name="Amount">In units of <paramref name="Currency"/> (ISO 4217).</param>
internal sealed record SupplierPrice(decimal Amount, string Currency);
