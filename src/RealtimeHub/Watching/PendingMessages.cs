using Microsoft.AspNetCore.SignalR.Protocol;

namespace RealtimeTours.RealtimeHub.Watching;

// Placeholders for messages whose content is read when they are written, see AvailabilityHubProtocol.

/// <summary>All updates that wait for a connection, in one frame.</summary>
internal sealed class PendingUpdatesMessage(Subscriber subscriber) : HubMessage
{
    public Subscriber Subscriber => subscriber;
}

/// <summary>What <c>WatchTour</c> returns: becomes a <c>TourSnapshot</c>.</summary>
internal sealed record PendingSnapshot(Subscriber Subscriber, string TourId);

/// <summary>What <c>WatchTours</c> returns: becomes an array of <c>TourSnapshot</c>, in this order.</summary>
internal sealed record PendingSnapshots(Subscriber Subscriber, IReadOnlyList<string> TourIds);

/// <summary>An item of <c>StreamAvailability</c>: becomes as many items as there are updates, or none.</summary>
internal sealed record PendingStreamItems(StreamWatcher Stream);
