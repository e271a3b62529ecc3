using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.CatalogSync.Sync;

/// <param name="Lease">If a process dies, another one syncs its suppliers after this time; renewed four times as often.</param>
/// <param name="PollInterval">How often the sync loop reads requests, hints, runs and pauses from the database.</param>
internal sealed record SyncTiming(TimeSpan Lease, TimeSpan PollInterval)
{
    public static readonly SyncTiming Default = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));

    /// <summary>How often the list of linked tours is read again: the import may have added some.</summary>
    public static readonly TimeSpan RosterEvery = TimeSpan.FromSeconds(15);

    /// <summary>Reads <c>SYNC_LEASE</c>, whole seconds.</summary>
    public static SyncTiming Read(IConfiguration configuration) => Default with
    {
        Lease =
            TimeSpan.FromSeconds(configuration.WholeNumber("SYNC_LEASE", "Sync:Lease", fallback: (int)Default.Lease.TotalSeconds, min: 2, max: 600)),
    };
}
