namespace RealtimeTours.Simulation.Configuration;

/// <summary>What the host says about the simulated supplier and its sample catalogue.</summary>
/// <param name="SupplierId">Under which id the host knows the simulated supplier.</param>
/// <param name="ApiKey">The bearer key it accepts.</param>
/// <param name="Port">On loopback; 0 for any free one.</param>
/// <param name="SellsSampleTours">False where a real supplier has its place: then no server is started and no sample tour is linked.</param>
/// <param name="SampleCatalogue">Whether an empty database is given the synthetic tours, and they new departures.</param>
public sealed record SimulationSettings(string SupplierId, string ApiKey, int Port, bool SellsSampleTours, bool SampleCatalogue);
