using System.Diagnostics;
using System.Text.Json;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.Platform.Messaging;

/// <summary>Creates the envelope and bytes of a new event, with the current correlation id.</summary>
public sealed class EventFactory(TimeProvider time, string source)
{
    /// <summary>The envelopes' clock, for data with a time of its own.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <param name="eventId">Null for a new id. A fact that may be published again keeps its id, so that consumers recognize the duplicate.</param>
    /// <exception cref="InvalidOperationException">The message would be larger than <see cref="EventEnvelope.MaxBytes"/>.</exception>
    public OutgoingEvent Create<T>(string eventType, T data, string? eventId = null)
    {
        var envelope = new EventEnvelope(
            eventType, eventId ?? Ids.New("evt_"), time.GetUtcNow(), JsonSerializer.SerializeToElement(data, WireJson.EventOptions),
            CorrelationId: CorrelationContext.Id, CausationId: CorrelationContext.CausationId, Source: source);
        var body = JsonSerializer.SerializeToUtf8Bytes(envelope, WireJson.EventOptions);
        if (body.Length > EventEnvelope.MaxBytes)
            throw new InvalidOperationException($"{eventType} {envelope.EventId} has {body.Length} bytes; the limit is {EventEnvelope.MaxBytes}.");
        return new OutgoingEvent(eventType, envelope.EventId, body, envelope.CorrelationId, Activity.Current?.Id, (data as IOrdered)?.OrderKey);
    }
}
