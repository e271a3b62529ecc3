using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>An instant in a path, such as the start of a departure: RFC 3339, with any offset.</summary>
public static class RequestInstant
{
    private const int MaxLength = 64;

    /// <returns>To the microsecond, as it is stored; null for another text.</returns>
    public static DateTimeOffset? Read(string text)
    {
        if (text.Length > MaxLength) return null;
        try
        {
            return Microseconds.Of(JsonSerializer.Deserialize<DateTimeOffset>(JsonSerializer.SerializeToUtf8Bytes(text), WireJson.Options));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static IResult Invalid(string name) =>
        RequestBody.Invalid($"{name} must be a timestamp such as 2026-02-10T10:30:00Z (RFC 3339).", $"bad_{name}");
}
