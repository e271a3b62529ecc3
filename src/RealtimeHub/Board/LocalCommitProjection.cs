using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Outbox;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>Applies this process's own commits to its copy at once (read your writes), before the event arrives through the bus.</summary>
internal sealed class LocalCommitProjection(BoardCopy copy, ILogger<LocalCommitProjection> logger) : ICommittedEvents
{
    public void Committed(OutgoingEvent committed)
    {
        // Only these two carry a seat count of their own; alerts repeat it.
        if (committed.EventType is not (EventTypes.AvailabilityUpdated or EventTypes.AvailabilitySynced)) return;
        try
        {
            var envelope = JsonSerializer.Deserialize<EventEnvelope>(committed.Body.Span, WireJson.EventOptions)!;
            if (ParsedAvailabilityEvent.Read(envelope).State is { } state) copy.Apply(state);
        }
        catch (PermanentFailureException e)
        {
            HubLog.FastPathRefused(logger, committed.EventId, e.Message);
        }
    }
}
