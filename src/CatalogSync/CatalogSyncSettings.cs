using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.CatalogSync;

/// <param name="Suppliers">The default one first.</param>
/// <param name="SampleCatalogue">Whether an empty database gets the sample tours, and these later new departures.</param>
internal sealed record CatalogSyncSettings(SyncSchedule Schedule, SyncTiming Timing, IReadOnlyList<SupplierSettings> Suppliers, bool SampleCatalogue)
{
    public SupplierSettings DefaultSupplier => Suppliers[0];

    public static CatalogSyncSettings Read(IConfiguration configuration, PlatformSettings platform)
    {
        var sample = configuration.Flag("SAMPLE_CATALOGUE", "Sample:Catalogue") ?? !platform.Distributed;
        // Invented products do not belong in a real catalogue: without the sample catalogue they are not imported by default.
        return new(SyncSchedule.Read(configuration), SyncTiming.Read(configuration),
            ReadSupplierSettings.From(configuration, importSimulated: sample), sample);
    }
}
