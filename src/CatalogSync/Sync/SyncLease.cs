using RealtimeTours.Platform.Storage.Engines;
using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Lets one process at a time call a supplier, as its budget of calls is one process's.</summary>
internal sealed class SyncLease(DatabaseLeases leases, SyncTiming timing)
{
    /// <summary>Whether this process is the one that may call the supplier now.</summary>
    public bool IsHeld(string supplierId) => leases.IsHeld(NameOf(supplierId));

    /// <returns>Null where another process has it. Dispose to let go.</returns>
    public async Task<Held?> TryTakeAsync(string supplierId, CancellationToken cancellationToken) =>
        await leases.TryTakeAsync(NameOf(supplierId), timing.Lease, cancellationToken) is { } lease ? new Held(lease) : null;

    private static string NameOf(string supplierId) => $"supplier/{supplierId}";

    /// <summary>The lease of a supplier while it is held.</summary>
    internal sealed class Held(Lease lease) : IAsyncDisposable
    {
        public string Name => lease.Name;

        public string Holder => lease.Holder;

        /// <inheritdoc cref="Lease.IsSure"/>
        public bool IsSure => lease.IsSure;

        /// <inheritdoc cref="Lease.Lost"/>
        public CancellationToken Lost => lease.Lost;

        /// <inheritdoc cref="Lease.Condition"/>
        public static string Condition(ISqlDialect dialect) => Lease.Condition(dialect);

        public ValueTask DisposeAsync() => lease.DisposeAsync();
    }
}
