using System.Text.Json;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>The answer does not follow OCTO, or would make our figures wrong.</summary>
internal sealed class UnreadableAnswerException(string reason) : Exception(reason);

/// <summary>Single fields of OCTO's JSON; the exception names a field that is missing or of the wrong type.</summary>
internal static class OctoFields
{
    public static IEnumerable<JsonElement> Array(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : throw new UnreadableAnswerException("The answer is not an array");

    /// <summary>Any characters, slashes and spaces too; only NUL cannot be stored.</summary>
    public static string Id(JsonElement json, string name) =>
        Text(json, name) is { Length: > 0 and <= Limits.MaxSupplierIdLength } id && !id.Contains('\0') ? id
            : throw new UnreadableAnswerException($"{name} is empty, too long or has a NUL character");

    public static string Text(JsonElement json, string name) =>
        Property(json, name) is { ValueKind: JsonValueKind.String } value && TextOf(value) is { } text
            ? text
            : throw new UnreadableAnswerException($"{name} is not a text");

    /// <returns>Null where it is absent, null, blank or no text.</returns>
    public static string? OptionalText(JsonElement json, string name) =>
        Optional(json, name) is { ValueKind: JsonValueKind.String } value && TextOf(value) is { } text && !string.IsNullOrWhiteSpace(text) ? text
            : null;

    public static JsonElement Property(JsonElement json, string name) =>
        Optional(json, name) ?? throw new UnreadableAnswerException($"{name} is missing");

    public static JsonElement? Optional(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <returns>Null where it is absent or null; throws for anything but a whole number from 0 up, which may be written <c>8.0</c>.</returns>
    public static int? Count(JsonElement json, string name) => Whole(json, name) switch
    {
        null => null,
        >= 0 and <= int.MaxValue and var count => (int)count,
        _ => throw new UnreadableAnswerException($"{name} is not a whole number from 0 up"),
    };

    /// <summary>Seats: below zero where the supplier sold more than it has, and a huge number for "unlimited".</summary>
    /// <returns>At most <see cref="Limits.MaxCapacity"/>; null where it is absent or null; throws for anything but a whole number.</returns>
    public static int? Seats(JsonElement json, string name) =>
        Whole(json, name) is { } seats ? (int)Math.Clamp(seats, -Limits.MaxCapacity, Limits.MaxCapacity) : null;

    public static IEnumerable<JsonElement> Elements(JsonElement json, string name) =>
        Optional(json, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <returns>Null for what is no valid Unicode, such as half a surrogate pair.</returns>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static double? Whole(JsonElement json, string name) =>
        Optional(json, name) is not { } value ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.Floor(number) == number ? number
            : throw new UnreadableAnswerException($"{name} is not a whole number");
}
