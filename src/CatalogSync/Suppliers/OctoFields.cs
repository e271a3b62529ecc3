using System.Text.Json;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>The answer does not follow OCTO, or would make our figures wrong.</summary>
internal sealed class UnreadableAnswerException(string reason) : Exception(reason);

/// <summary>Single fields of OCTO's JSON; the exception names a field that is missing or of the wrong type.</summary>
internal static class OctoFields
{
    public static IEnumerable<JsonElement> Array(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : throw new UnreadableAnswerException("The answer is not an array");

    public static string Id(JsonElement json, string name) =>
        Text(json, name) is { Length: > 0 and <= Limits.MaxSupplierIdLength } id ? id
            : throw new UnreadableAnswerException($"{name} is empty or too long");

    public static string Text(JsonElement json, string name) =>
        Property(json, name) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new UnreadableAnswerException($"{name} is not a text");

    /// <returns>Null where it is absent, null, blank or no text.</returns>
    public static string? OptionalText(JsonElement json, string name) =>
        Optional(json, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text
            : null;

    public static JsonElement Property(JsonElement json, string name) =>
        Optional(json, name) ?? throw new UnreadableAnswerException($"{name} is missing");

    public static JsonElement? Optional(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <returns>Null where it is absent or null; throws for anything but a whole number from 0 up.</returns>
    public static int? Count(JsonElement json, string name)
    {
        if (Optional(json, name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0
            ? count
            : throw new UnreadableAnswerException($"{name} is not a whole number from 0 up");
    }

    public static IEnumerable<JsonElement> Elements(JsonElement json, string name) =>
        Optional(json, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];
}
