using System.Text.Json;

namespace RealtimeTours.Contracts.Rest;

/// <param name="Events">Complete envelopes as they were published, oldest first.</param>
/// <param name="Cursor">Pass as <c>cursor</c> for the next page; null on the last one.</param>
public sealed record LoggedEventPage(IReadOnlyList<JsonElement> Events, string? Cursor);

/// <param name="From">Inclusive; compared with the events' own timestamps.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Consumer">The consumer whose queue gets the events, such as <c>realtime-hub</c>; no other consumer gets them.</param>
/// <param name="CorrelationId">Only events with this correlation id; null or absent for all.</param>
public sealed record ReplayEventsRequest(DateTimeOffset From, DateTimeOffset To, string Consumer, string? CorrelationId = null);

/// <param name="Replayed">How many events were put into the consumer's queue. Events that the consumer is not bound to are left out.</param>
public sealed record ReplayedEvents(string Consumer, int Replayed);
