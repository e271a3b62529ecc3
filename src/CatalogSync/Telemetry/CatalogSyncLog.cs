namespace RealtimeTours.CatalogSync.Telemetry;

internal static partial class CatalogSyncLog
{
    [LoggerMessage(Level = LogLevel.Information,
        Message =
            "Synced {Tours} tours of supplier {Supplier} in {Milliseconds} ms: {Changed} departures changed, {Overtaken} overtaken, {Failed} tours " +
            "failed")]
    public static partial void Swept(ILogger logger, string supplier, int tours, long milliseconds, int changed, int overtaken, int failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No sync run begun: {Reason}")]
    public static partial void RunNotBegun(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "This process syncs supplier {Supplier} now")]
    public static partial void SupplierTaken(ILogger logger, string supplier);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This process syncs supplier {Supplier} no longer: {Reason}")]
    public static partial void SupplierLost(ILogger logger, string supplier, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Answer about tour {TourId} not written: {Reason}")]
    public static partial void AnswerDropped(ILogger logger, string tourId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tour {TourId} not synced ({Kind}): {Reason}")]
    public static partial void TourFailed(ILogger logger, string tourId, Enum kind, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Product {ProductId} of supplier {SupplierId}: {Reason}")]
    public static partial void RowsUnreadable(ILogger logger, string supplierId, string productId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tour {TourId} not synced")]
    public static partial void TourBroke(ILogger logger, string tourId, Exception error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Tour {TourId} synced: {Changed} departures changed, {Overtaken} overtaken")]
    public static partial void TourSynced(ILogger logger, string tourId, int changed, int overtaken);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Request to sync tour {TourId} dropped: {Reason}")]
    public static partial void RequestDropped(ILogger logger, string tourId, string reason);

    [LoggerMessage(Level = LogLevel.Information,
        Message =
            "Imported the products of supplier {SupplierId} in {Milliseconds} ms: {Created} tours created, {Updated} updated, {Closed} closed, " +
            "{Failed} failed; {Error}")]
    public static partial void Imported(
        ILogger logger, string supplierId, long milliseconds, int created, int updated, int closed, int failed, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Product {ProductId} of supplier {SupplierId} not imported: {Reason}")]
    public static partial void ProductNotImported(ILogger logger, string supplierId, string productId, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Supplier {SupplierId} no longer has product {ProductId}: {Departures} departures of tour {TourId} closed")]
    public static partial void ProductGone(ILogger logger, string supplierId, string productId, string tourId, int departures);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The import could not begin and is tried again: {Reason}")]
    public static partial void ImportNotBegun(ILogger logger, string reason);
}
