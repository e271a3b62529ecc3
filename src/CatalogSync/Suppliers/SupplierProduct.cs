namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Everything a supplier sells, as far as it could be read.</summary>
/// <param name="Unreadable">Products that are there but make no sense, with the reason: they are not gone.</param>
internal sealed record SupplierProducts(IReadOnlyList<SupplierProduct> Products, IReadOnlyList<UnreadableProduct> Unreadable);

internal sealed record UnreadableProduct(string Id, string Reason);

/// <summary>One product, with what the capabilities octo/pricing and octo/content add where the supplier has them.</summary>
/// <param name="Name">Its public title, or its internal name.</param>
/// <param name="TimeZone">IANA name; null from suppliers that leave it out.</param>
/// <param name="Destination">Where it starts; null where the supplier does not say.</param>
/// <param name="Category">OCTO's first label of it, such as <c>boat-tours</c>; null where there is none.</param>
/// <param name="DurationMinutes">Null where the supplier does not say.</param>
/// <param name="Currency">The default one; null without octo/pricing.</param>
internal sealed record SupplierProduct(
    string Id, string Name, string? TimeZone, string? Destination, string? Category, int? DurationMinutes, string? Currency,
    IReadOnlyList<SupplierOption> Options);

/// <param name="Name">Its public title, or its internal name.</param>
/// <param name="CancellationDays">Days before the start until which it can be cancelled, rounded up; null where the supplier does not say.</param>
/// <param name="Prices">What one adult pays, a price per currency; empty where the supplier does not say.</param>
internal sealed record SupplierOption(
    string Id, string Name, bool IsDefault, int? DurationMinutes, int? CancellationDays, IReadOnlyList<SupplierPrice> Prices);

/// <param name="Amount">In units of <paramref name="Currency"/> (ISO 4217), not cents.</param>
internal sealed record SupplierPrice(decimal Amount, string Currency);
