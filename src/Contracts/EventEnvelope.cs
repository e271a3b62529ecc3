using System.Text.Json;

namespace RealtimeTours.Contracts;

/// <summary>Every message on the event exchange: JSON, UTF-8, at most <see cref="MaxBytes"/> bytes, camelCase.</summary>
/// <param name="EventType">Routing key and type, such as <c>tour.availability.updated</c>.</param>
/// <param name="EventId">1 to 128 characters; consumers deduplicate by it.</param>
/// <param name="Timestamp">When the fact happened (ISO 8601; without an offset it is read as UTC).</param>
/// <param name="Data">The event's own fields, always an object.</param>
/// <param name="EventVersion"><c>major.minor</c>; an unknown minor version is accepted, an unknown major one is dead-lettered.</param>
/// <param name="CorrelationId">Identifies the request or job that started the chain of events; null from a foreign publisher that has none.</param>
/// <param name="CausationId">The id of the event that directly caused this one, or null.</param>
/// <param name="Source">The publishing host or system, or null.</param>
public sealed record EventEnvelope(
    string EventType,
    string EventId,
    DateTimeOffset Timestamp,
    JsonElement Data,
    string EventVersion = EventEnvelope.CurrentVersion,
    string? CorrelationId = null,
    string? CausationId = null,
    string? Source = null)
{
    public const string CurrentVersion = "1.0";
    public const int MaxBytes = 64 * 1024;
    public const int MaxIdLength = 128;
}
