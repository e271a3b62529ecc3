using System.Text;
using System.Text.Json;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Messaging.Receiving;

namespace RealtimeTours.Platform.EventLog;

public sealed class LoggedEvent
{
    public string EventId { get; set; } = "";
    public string EventType { get; set; } = "";
    public DateTimeOffset OccurredAt { get; set; }
    public string? CorrelationId { get; set; }
    public string? BookingId { get; set; }

    /// <summary>The whole envelope as it was published, JSON.</summary>
    public string Body { get; set; } = "";

    /// <returns>Null if the body is not a valid event: no consumer accepts it either, each dead-letters it.</returns>
    internal static LoggedEvent? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            EnvelopeReader.CheckSize(body);
            var envelope = EnvelopeReader.Validate(EnvelopeReader.Parse(body), routingKey: null);
            return new LoggedEvent
            {
                EventId = envelope.EventId, EventType = envelope.EventType, OccurredAt = envelope.Timestamp, CorrelationId = envelope.CorrelationId,
                BookingId = BookingIn(envelope.Data), Body = Encoding.UTF8.GetString(body),
            };
        }
        catch (PermanentFailureException)
        {
            return null;
        }
    }

    internal OutgoingEvent ToEvent() => new(EventType, EventId, Encoding.UTF8.GetBytes(Body), CorrelationId);

    private static string? BookingIn(JsonElement data)
    {
        try
        {
            return data.TryGetProperty("bookingId", out var id) && id.ValueKind == JsonValueKind.String
                ? EventRules.Id(id.GetString(), "data.bookingId") : null;
        }
        catch (PermanentFailureException)
        {
            return null; // not an id: the event's own consumers report it
        }
    }
}
