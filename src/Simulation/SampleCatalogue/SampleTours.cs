using System.Text.Json;

namespace RealtimeTours.Simulation.SampleCatalogue;

/// <summary>The synthetic catalogue that a demo starts with: about 40 invented tours in a dozen cities, each with an endless timetable.</summary>
internal static class SampleTours
{
    /// <summary>How many future departures a tour is given.</summary>
    public const int DeparturesPerTour = 10;

    private static readonly Lazy<CatalogueFile> Loaded = new(Load);

    public static IReadOnlyList<SampleTour> All => Loaded.Value.Tours;

    /// <summary>What only the simulated supplier has, and the import brings: it is in no list of <see cref="All"/>.</summary>
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
