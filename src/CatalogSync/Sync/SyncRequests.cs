using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>Consumes <c>tour.sync.requested</c>: marks the tour for one call soon, however many readers asked (no stampede).</summary>
internal sealed class SyncRequests(LinkedTours tours, TimeProvider time, ILogger<SyncRequests> logger) : IEventHandler
{
    public const string Consumer = EventConsumers.CatalogSync;

    /// <summary>A tour synced more recently than this needs no other sync.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(30);

    public async Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        var tourId = EventRules.Id(EventData.Read<TourSyncRequested>(envelope).TourId, "data.tourId");
        if (await tours.FindAsync(tourId, cancellationToken) is not { } tour)
            throw new PermanentFailureException($"There is no tour '{tourId}' to sync.");

        if (tour.ProductId is null || tour.OptionId is null)
            CatalogSyncLog.RequestDropped(logger, tourId, "no supplier sells it");
        else if (!await tours.RequestAsync(tourId, time.GetUtcNow() - Apart, cancellationToken))
            CatalogSyncLog.RequestDropped(logger, tourId, "somebody else has asked, or it was synced just before");
    }
}
