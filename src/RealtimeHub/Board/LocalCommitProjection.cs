using System.Text.Json;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Outbox;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Board;

/// <summary>
/// Shows what this process itself has committed at once, so that its next read has it. The event comes round through the bus later, while the broker is away
/// much later; then it says nothing new.
/// </summary>
internal sealed class LocalCommitProjection(BoardCopy copy, ILogger<LocalCommitProjection> logger) : ICommittedEvents
{
    public void Committed(OutgoingEvent committed)
    {
        // Alerts repeat the figure that goes with them.
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
