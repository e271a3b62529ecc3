using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>The fast path: each node's own transient queue, straight into its copy. The durable path brings what is lost here.</summary>
internal sealed class AvailabilityListener(BoardCopy copy, ILogger<AvailabilityListener> logger) : IEventHandler
{
    public const string Name = "realtime-hub-live";

    public static readonly string[] RoutingKeys = ["tour.availability.*", EventTypes.TourSoldOut];

    public Task HandleAsync(EventEnvelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            if (ParsedAvailabilityEvent.Read(envelope).State is { } state) copy.Apply(state, inOrder: true);
        }
        catch (PermanentFailureException e)
        {
            HubLog.FastPathRefused(logger, envelope.EventId, e.Message);
        }
        return Task.CompletedTask;
    }
}
