namespace RealtimeTours.Simulation.Configuration;

/// <param name="SupplierId">The host's id of the simulated supplier.</param>
/// <param name="ApiKey">The bearer key it accepts.</param>
/// <param name="Port">On loopback; 0 for any free one.</param>
/// <param name="SellsSampleTours">False where a real supplier is configured: no server is started and no sample tour is linked to it.</param>
/// <param name="SampleCatalogue">Whether an empty database gets the sample tours, and these later new departures.</param>
public sealed record SimulationSettings(string SupplierId, string ApiKey, int Port, bool SellsSampleTours, bool SampleCatalogue);
