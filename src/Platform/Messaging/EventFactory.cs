using System.Diagnostics;
using System.Text.Json;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.Platform.Messaging;

/// <summary>Makes the envelope and bytes of a new event, with the correlation of the call it is made in.</summary>
public sealed class EventFactory(TimeProvider time, string source)
{
    /// <summary>The clock that stamps the envelopes, for data that states its own time.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <param name="data">The event's data record from <c>Contracts.Events</c>.</param>
    /// <param name="eventId">Null for a new one; a fact that may have to be told again keeps its own, so that nobody counts it twice.</param>
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
