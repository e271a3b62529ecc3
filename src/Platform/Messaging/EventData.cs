using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealtimeTours.Platform.Messaging;

/// <summary>Reads an event's data into its record, strictly; errors tell a publisher what to fix.</summary>
public static partial class EventData
{
    /// <exception cref="PermanentFailureException">A field is missing or has the wrong type; the message names it.</exception>
    public static T Read<T>(EventEnvelope envelope)
    {
        try
        {
            return envelope.Data.Deserialize<T>(WireJson.EventOptions) ?? throw new PermanentFailureException("data is null; it must be an object.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new PermanentFailureException(Explain(e), e);
        }
    }

    /// <summary>One sentence that names the field, because the serializer's own speaks of .NET types. A test covers each kind.</summary>
    internal static string Explain(Exception error)
    {
        if (error is not JsonException json) return $"data cannot be read: {error.Message}";
        var field = "data" + (json.Path ?? "$").TrimStart('$');
        var (what, why) = (json.Message, json.InnerException?.Message ?? "");
        if (Missing().Match(what) is { Success: true } missing)
        {
            var names = QuotedName().Matches(missing.Groups[1].Value).Select(name => $"{field}.{name.Groups[1].Value}").ToArray();
            return $"{string.Join(" and ", names)} {(names.Length == 1 ? "is" : "are")} missing.";
        }
        if (what.Contains("null values", StringComparison.Ordinal)) return $"{field} is null; it must have a value.";
        if (what.StartsWith("Duplicate property", StringComparison.Ordinal)) return $"{field} appears twice.";
        if (what.Contains("ISO 8601", StringComparison.Ordinal)) return $"{field} must be an ISO 8601 timestamp.";
        if (WrongToken().Match(why) is { Success: true } wrong)
            return $"{field} is a {wrong.Groups[1].Value.ToLowerInvariant()}; it must be a {wrong.Groups[2].Value}.";
        if (OutOfBounds().Match(why) is { Success: true } bounds) return $"{field} must be {Range(bounds.Groups[1].Value)}.";
        if (why.Contains("UTF-16", StringComparison.Ordinal)) return $"{field} is not valid Unicode text.";
        if (WantedList().IsMatch(what)) return $"{field} must be an array.";
        return $"{field} has the wrong type.";
    }

    private static string Range(string type) => type switch
    {
        "Int32" => $"a whole number from {int.MinValue} to {int.MaxValue}",
        "Int64" => $"a whole number from {long.MinValue} to {long.MaxValue}",
        _ => "a number in range",
    };

    [GeneratedRegex("missing required properties including: (.+)$")]
    private static partial Regex Missing();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex QuotedName();

    [GeneratedRegex("token type '([A-Za-z]+)' as an? ([a-z]+)")]
    private static partial Regex WrongToken();

    [GeneratedRegex("out of bounds for an? ([A-Za-z0-9]+)")]
    private static partial Regex OutOfBounds();

    [GeneratedRegex(@"converted to [^ ]*(List|Collection|Enumerable|\[\])")]
    private static partial Regex WantedList();
}
