using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>Lets one process at a time call a supplier: its budget of calls is one process's.</summary>
/// <param name="length">How long the lease stays with a process that died.</param>
internal sealed class SupplierLease(DatabaseLeases leases, TimeSpan length)
{
    /// <summary>Whether this process may call the supplier now.</summary>
    public bool IsTaken(string supplierId) => leases.IsHeld(NameOf(supplierId));

    /// <returns>Null where another process has it. Dispose to let go.</returns>
    public Task<Lease?> TryTakeAsync(string supplierId, CancellationToken cancellationToken) => leases.TryTakeAsync(NameOf(supplierId), length, cancellationToken);

    private static string NameOf(string supplierId) => $"supplier/{supplierId}";
}
