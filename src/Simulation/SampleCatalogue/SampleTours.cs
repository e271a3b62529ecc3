using System.Text.Json;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>The sample catalogue: about 40 invented tours in a dozen cities, each with an endless timetable.</summary>
internal static class SampleTours
{
    public const int DeparturesPerTour = 10;

    private static readonly Lazy<CatalogueFile> Loaded = new(Load);

    public static IReadOnlyList<SampleTour> All => Loaded.Value.Tours;

    /// <summary>Tours that only the simulated supplier sells and the import adds; not in <see cref="All"/>.</summary>
    public static IReadOnlyList<SampleTour> SupplierOnly => Loaded.Value.SupplierOnly;

    private static CatalogueFile Load()
    {
        using var json = typeof(SampleTours).Assembly.GetManifestResourceStream("sample-catalogue.json")
            ?? throw new InvalidOperationException("sample-catalogue.json is not embedded in the assembly.");
        return JsonSerializer.Deserialize<CatalogueFile>(json, WireJson.Options)!;
    }

    /// <param name="Note">Says that the data is synthetic.</param>
    private sealed record CatalogueFile(string Note, IReadOnlyList<SampleTour> Tours, IReadOnlyList<SampleTour> SupplierOnly);
}
