using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.CatalogSync.Import;

/// <param name="Interval">From the end of one import of a supplier to the next.</param>
/// <param name="WaitForSampleTours">Whether the simulated supplier's products come after the sample catalogue, which is only written into an empty database.</param>
internal sealed record ImportSettings(TimeSpan Interval, bool WaitForSampleTours)
{
    /// <exception cref="InvalidSettingException">The value cannot be used.</exception>
    public static ImportSettings Read(IConfiguration configuration, bool waitForSampleTours) => new(
        TimeSpan.FromSeconds(configuration.WholeNumber("IMPORT_INTERVAL", "Import:Interval", fallback: 3_600, min: 10, max: 7 * 86_400)), waitForSampleTours);
}
