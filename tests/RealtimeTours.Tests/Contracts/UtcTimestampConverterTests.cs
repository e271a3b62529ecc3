using System.Text.Json;

namespace RealtimeTours.Tests.Contracts;

public class UtcTimestampConverterTests
{
    [Theory]
    [InlineData("2026-02-10T10:30:00Z")]
    [InlineData("2026-02-10T10:30:00")] // no offset is UTC
    [InlineData("2026-02-10T10:30Z")]
    [InlineData("2026-02-10T12:30:00+02:00")]
    [InlineData("2026-02-10T12:30:00+0200")] // PHP's DATE_ISO8601, older Jackson
    [InlineData("2026-02-10T12:30:00.000+0200")]
    [InlineData("2026-02-10T05:30-05")]
    [InlineData("2026-02-10T10:30:00,000Z")]
    [InlineData("20260210T103000Z")]
    [InlineData("20260210T1230+02")]
    [InlineData("2026-02-10 10:30:00Z")] // RFC 3339, 5.6: also a space, and lower case
    [InlineData("2026-02-10 12:30:00.000+02:00")]
    [InlineData("2026-02-10t10:30:00z")]
    [InlineData("2026-02-10T10:29:60Z")] // a leap second
    [InlineData("2026-02-10T12:29:60.0+02:00")]
    public void Every_usual_form_of_iso_8601_is_the_same_instant(string text)
    {
        var read = JsonSerializer.Deserialize<DateTimeOffset>($"\"{text}\"", WireJson.Options);
        read.ShouldBe(new DateTimeOffset(2026, 2, 10, 10, 30, 0, TimeSpan.Zero));
        JsonSerializer.Serialize(read, WireJson.Options).ShouldBe("\"2026-02-10T10:30:00Z\"");
    }

    [Theory]
    [InlineData("2026-02-10  10:30:00")]
    [InlineData("2026-02-10T10:30:61Z")]
    [InlineData("10/02/2026")]
    [InlineData("2026-02-30T10:30:00+0200")]
    [InlineData("1770719400")]
    [InlineData("9999-12-31T23:59:60Z")] // the calendar ends before it
    [InlineData("")]
    public void Anything_else_is_refused(string text) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<DateTimeOffset>($"\"{text}\"", WireJson.Options));
}
