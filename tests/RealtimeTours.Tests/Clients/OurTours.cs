using RealtimeTours.Simulation.SampleCatalogue;

namespace RealtimeTours.Tests.Clients;

/// <summary>The tours of the sample catalogue that no supplier sells too: their figures change by bookings alone.</summary>
public static class OurTours
{
    public static IReadOnlySet<string> Ids { get; } = SampleTours.All.Where(tour => tour.Supplier is null).Select(tour => tour.Id).ToHashSet();
}
