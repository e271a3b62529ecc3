using System.Text.Json;

namespace RealtimeTours.Contracts.Rest;

/// <param name="Events">Whole envelopes as they were published, oldest first.</param>
/// <param name="Cursor">For the next page; null on the last.</param>
public sealed record LoggedEventPage(IReadOnlyList<JsonElement> Events, string? Cursor);

/// <param name="From">Inclusive, by the events' own timestamps.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Consumer">Whose queue gets them, such as <c>realtime-hub</c>; nobody else does.</param>
/// <param name="CorrelationId">Only the events of one correlation; null or absent: all.</param>
public sealed record ReplayEventsRequest(DateTimeOffset From, DateTimeOffset To, string Consumer, string? CorrelationId = null);

/// <param name="Replayed">How many events were put into the consumer's queue. It passes over those that it is not bound to.</param>
public sealed record ReplayedEvents(string Consumer, int Replayed);
