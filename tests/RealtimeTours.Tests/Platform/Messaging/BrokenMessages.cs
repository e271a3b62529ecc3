namespace RealtimeTours.Tests.Platform.Messaging;

/// <summary>What foreign publishers get wrong: a name, the bytes as text, and how the reason begins that the dead letter carries.</summary>
public static class BrokenMessages
{
    public static TheoryData<string, string, string> All() => new()
    {
        { "not JSON", "seats: 7", "The message is not valid JSON" },
        { "cut off", """{"eventType":"tour.created""", "The message is not valid JSON" },
        { "empty", "", "The message is not valid JSON" },
        { "not an object", "[1]", "The message is an array; it must be a JSON object." },
        { "no eventType", """{"eventId":"x","timestamp":"2026-02-10T10:30:00Z","data":{}}""", "eventType is missing." },
        { "no eventId", """{"eventType":"tour.created","timestamp":"2026-02-10T10:30:00Z","data":{}}""", "eventId is missing." },
        { "no timestamp", """{"eventType":"tour.created","eventId":"x","data":{}}""", "timestamp is missing." },
        { "no data", """{"eventType":"tour.created","eventId":"x","timestamp":"2026-02-10T10:30:00Z"}""", "data is missing." },
        { "data not an object", """{"eventType":"tour.created","eventId":"x","timestamp":"2026-02-10T10:30:00Z","data":[]}""", "data is an array; it must be an object." },
        { "wrong type", """{"eventType":"tour.created","eventId":7,"timestamp":"2026-02-10T10:30:00Z","data":{}}""", "eventId is a number; it must " +
            "be a string." },
        { "wrong optional type", """{"eventType":"tour.created","eventId":"x","eventVersion":1,"timestamp":"2026-02-10T10:30:00Z","data":{}}""", "eventVersion is a number; it must be a string." },
        { "empty id", """{"eventType":"tour.created","eventId":"","timestamp":"2026-02-10T10:30:00Z","data":{}}""", "eventId is empty; it must " +
            "have 1 to 128 characters." },
        { "long id", """{"eventType":"tour.created","eventId":"%","timestamp":"2026-02-10T10:30:00Z","data":{}}""".Replace("%", new string('x', 129)), "eventId has 129 characters; it must have 1 to 128." },
        { "unknown major", """{"eventType":"tour.created","eventId":"x","eventVersion":"2.0","timestamp":"2026-02-10T10:30:00Z","data":{}}""", "eventVersion is '2.0'; only major version 1 is known here." },
        { "bad timestamp", """{"eventType":"tour.created","eventId":"x","timestamp":"yesterday","data":{}}""", "timestamp is 'yesterday'; it must " +
            "be ISO 8601" },
        { "of tomorrow", """{"eventType":"tour.created","eventId":"x","timestamp":"%","data":{}}"""
            .Replace("%", $"{DateTime.UtcNow.AddDays(1):O}"), "timestamp is " },
        { "half a pair of surrogates where nobody looks", """{"eventType":"tour.created","eventId":"x","timestamp":"2026-02-10T10:30:00Z","data":{"a":[{"b":"\ud800"}]}}""", "The message has a text that is not valid Unicode" },
        { "half a pair of surrogates in a name", """{"eventType":"tour.created","eventId":"x","timestamp":"2026-02-10T10:30:00Z","data":{"\udc00":1}}""", "The message has a text that is not valid Unicode" },
        { "deeper than its readers read", """{"eventType":"tour.created","eventId":"x","timestamp":"2026-02-10T10:30:00Z","data":{"a":%}}"""
            .Replace("%", new string('[', 59) + new string(']', 59)), "The message is not valid JSON" },
        { "other type than its key", """{"eventType":"tour.updated","eventId":"x","timestamp":"2026-02-10T10:30:00Z","data":{}}""", "eventType is 'tour.updated' but the message was published with the routing key 'tour.created'" },
        { "too large", """{"eventType":"tour.created","eventId":"x","timestamp":"2026-02-10T10:30:00Z","data":{"note":"%"}}""".Replace("%", new string('x', 65_536)), "The message has 65" },
    };
}
