using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace RealtimeTours.Platform.Messaging.Receiving;

/// <summary>Reads the envelope of CONTRACT §3 from untrusted bytes. Every error names the field.</summary>
internal static class EnvelopeReader
{
    private const int SupportedMajor = 1;

    // Clocks differ a little.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(5);

    // Many JSON readers stop at 64. Data is passed on inside other messages: a client that cannot read one closes its connection.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 60 };

    public static void CheckSize(ReadOnlySpan<byte> body)
    {
        if (body.Length > EventEnvelope.MaxBytes)
            throw new PermanentFailureException($"The message has {body.Length} bytes; at most {EventEnvelope.MaxBytes} are allowed.");
    }

    public static JsonElement Parse(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8)) body = body[3..]; // some libraries write a byte order mark
        if (!Utf8.IsValid(body)) throw new PermanentFailureException("The message is not valid UTF-8.");
        try
        {
            var root = JsonElement.Parse(body, Strict);
            if (body.IndexOf("\\u"u8) >= 0) RequireUnicode(root); // half a pair of surrogates is written as an escape
            return root.ValueKind == JsonValueKind.Object
                ? root
                : throw new PermanentFailureException($"The message is {Name(root.ValueKind)}; it must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw new PermanentFailureException($"The message is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new PermanentFailureException("The message has a text that is not valid Unicode: half a pair of surrogates.", e);
        }
    }

    // Also where we do not look: tours' and users' data are passed on to clients as they are, and nobody could read or store such a text.
    private static void RequireUnicode(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) value.GetString();
        else if (value.ValueKind == JsonValueKind.Array)
            foreach (var element in value.EnumerateArray()) RequireUnicode(element);
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (var property in value.EnumerateObject())
            {
                _ = property.Name;
                RequireUnicode(property.Value);
            }
    }

    /// <param name="routingKey">Null if the message did not come through the event exchange.</param>
    public static EventEnvelope Validate(JsonElement root, string? routingKey)
    {
        var eventType = EventRules.Id(RequiredText(root, "eventType"), "eventType");
        if (routingKey is not null && routingKey != eventType)
            throw new PermanentFailureException(
                $"eventType is '{eventType}' but the message was published with the routing key '{Shorten(routingKey)}'; they must be the same.");
        return new EventEnvelope(
            eventType,
            EventRules.Id(RequiredText(root, "eventId"), "eventId"),
            Timestamp(root),
            Data(root),
            Version(OptionalText(root, "eventVersion")),
            OptionalId(root, "correlationId"),
            OptionalId(root, "causationId"),
            OptionalText(root, "source"));
    }

    /// <summary>A timestamp of the future would keep every later state without a version from being shown.</summary>
    public static EventEnvelope NotAhead(EventEnvelope envelope, DateTimeOffset now) => envelope.Timestamp - now <= MaxAhead
        ? envelope
        : throw new PermanentFailureException(
            $"timestamp is {envelope.Timestamp:O}, more than {MaxAhead.TotalMinutes} minutes ahead of this machine's clock.");

    private static string RequiredText(JsonElement root, string field) =>
        Text(root.TryGetProperty(field, out var value) ? value : throw new PermanentFailureException($"{field} is missing."), field);

    private static string? OptionalText(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? Text(value, field) : null;

    // Many serializers write "" or null for an absent value.
    private static string? OptionalId(JsonElement root, string field) =>
        OptionalText(root, field) is { Length: > 0 } id ? EventRules.Id(id, field) : null;

    private static string Text(JsonElement value, string field)
    {
        if (value.ValueKind != JsonValueKind.String) throw new PermanentFailureException($"{field} is {Name(value.ValueKind)}; it must be a string.");
        return value.GetString()!;
    }

    private static DateTimeOffset Timestamp(JsonElement root)
    {
        var text = RequiredText(root, "timestamp");
        try
        {
            return root.GetProperty("timestamp").Deserialize<DateTimeOffset>(WireJson.Options);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new PermanentFailureException($"timestamp is '{Shorten(text)}'; it must be ISO 8601, such as 2026-02-10T10:30:00Z.", e);
        }
    }

    private static JsonElement Data(JsonElement root)
    {
        if (!root.TryGetProperty("data", out var data)) throw new PermanentFailureException("data is missing.");
        return data.ValueKind == JsonValueKind.Object
            ? data
            : throw new PermanentFailureException($"data is {Name(data.ValueKind)}; it must be an object.");
    }

    private static string Version(string? version)
    {
        if (version is null) return EventEnvelope.CurrentVersion;
        var parts = version.Split('.');
        if (parts.Length > 3 || parts.Any(part => !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            throw new PermanentFailureException(
                $"eventVersion is '{Shorten(version)}'; it must be major.minor, such as {EventEnvelope.CurrentVersion}.");
        if (int.Parse(parts[0], CultureInfo.InvariantCulture) != SupportedMajor)
            throw new PermanentFailureException($"eventVersion is '{version}'; only major version {SupportedMajor} is known here.");
        return version;
    }

    private static string Shorten(string text) => text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
