using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Leases;

namespace RealtimeTours.CatalogSync.Sync;

/// <param name="Lease">How long a supplier stays with a process that died; it renews four times as often.</param>
/// <param name="PollInterval">How often the process that syncs a supplier looks for requests, hints, runs and pauses in the database.</param>
internal sealed record SyncTiming(TimeSpan Lease, TimeSpan PollInterval)
{
    public static readonly SyncTiming Default = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));

    /// <summary>The linked tours themselves are read again this often: the import may have added some.</summary>
    public static readonly TimeSpan RosterEvery = TimeSpan.FromSeconds(15);

    /// <summary>Reads <c>SYNC_LEASE</c>, whole seconds.</summary>
    /// <exception cref="InvalidSettingException">Out of range.</exception>
    public static SyncTiming Read(IConfiguration configuration) => Default with
    {
        Lease = TimeSpan.FromSeconds(configuration.WholeNumber("SYNC_LEASE", "Sync:Lease", fallback: (int)Default.Lease.TotalSeconds, min: 2, max: 600)),
    };
}
