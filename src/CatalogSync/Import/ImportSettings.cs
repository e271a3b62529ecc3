using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.CatalogSync.Import;

/// <param name="Interval">From the end of one import of a supplier to the next.</param>
/// <param name="WaitForSampleTours">Import the simulated supplier only after the sample catalogue, which needs an empty database.</param>
internal sealed record ImportSettings(TimeSpan Interval, bool WaitForSampleTours)
{
    public static ImportSettings Read(IConfiguration configuration, bool waitForSampleTours) => new(
        TimeSpan.FromSeconds(configuration.WholeNumber("IMPORT_INTERVAL", "Import:Interval", fallback: 3_600, min: 10, max: 7 * 86_400)),
        waitForSampleTours);
}
