using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>The lease that lets one process at a time call a supplier: the token budget is kept in the memory of that process.</summary>
/// <param name="length">If the process dies, another one may call the supplier after this time.</param>
internal sealed class SupplierLease(DatabaseLeases leases, TimeSpan length)
{
    /// <summary>Whether this process has the lease.</summary>
    public bool IsTaken(string supplierId) => leases.IsOwned(NameOf(supplierId));

    /// <returns>Null where another process has the lease. Disposing releases it.</returns>
    public Task<Lease?> TryTakeAsync(string supplierId, CancellationToken cancellationToken) =>
        leases.TryTakeAsync(NameOf(supplierId), length, cancellationToken);

    private static string NameOf(string supplierId) => $"supplier/{supplierId}";
}
