using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace RealtimeTours.Contracts;

/// <summary>Reads any ISO 8601 timestamp as an instant (no offset means UTC) and writes it as <c>2026-02-10T10:30:00Z</c>.</summary>
public sealed partial class UtcTimestampConverter : JsonConverter<DateTimeOffset>
{
    // Formats that the serializer's own RFC 3339 reader does not accept: PHP and older Java write +0200, some publishers write the basic format.
    private static readonly string[] OtherForms =
    [
        .. from time in (string[])["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyyMMdd'T'HHmmss.FFFFFFF", "yyyyMMdd'T'HHmm"]
           from zone in (string[])["K", "zz"]
           select time + zone,
    ];

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw NotATimestamp();
        if (!reader.TryGetDateTime(out var value)) return ReadOther(reader.GetString()!) ?? throw NotATimestamp();
        return value.Kind == DateTimeKind.Unspecified
            ? new DateTimeOffset(value, TimeSpan.Zero)
            : new DateTimeOffset(value.ToUniversalTime());
    }

    private static DateTimeOffset? ReadOther(string text)
    {
        // RFC 3339 also allows lower-case letters, a space for the T, and the 60th second of a minute that is a second longer.
        text = text.Replace(',', '.').ToUpperInvariant();
        if (text.Length > 10 && text[10] == ' ') text = $"{text[..10]}T{text[11..]}";
        var isLeap = LeapSecond().IsMatch(text);
        if (isLeap) text = LeapSecond().Replace(text, "${minute}:59");
        return DateTimeOffset.TryParseExact(
            text, OtherForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var other)
            && other < DateTimeOffset.MaxValue.AddSeconds(-1) // the last year's last second has none after it
            ? other.AddSeconds(isLeap ? 1 : 0)
            : null;
    }

    [GeneratedRegex(@"^(?<minute>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}):60")]
    private static partial Regex LeapSecond();

    private static JsonException NotATimestamp() => new("The value is not an ISO 8601 timestamp.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
