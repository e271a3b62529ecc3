namespace RealtimeTours.Simulation.Configuration;

/// <summary>Every log message of the simulation.</summary>
internal static partial class SimulationLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "No SUPPLIER_URL is set: the simulated supplier listens on {Address}")]
    public static partial void SupplierListens(ILogger logger, Uri address);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sample catalogue (synthetic): added {Tours} tours and {Departures} departures")]
    public static partial void SampleCatalogueAdded(ILogger logger, int tours, int departures);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sample catalogue could not be written and is tried again: {Reason}")]
    public static partial void SampleCatalogueFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The simulated payment provider could not deliver its webhooks, trying again: {Reason}")]
    public static partial void WebhooksNotDelivered(ILogger logger, string reason);
}
