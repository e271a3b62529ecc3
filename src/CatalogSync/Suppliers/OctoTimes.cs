using System.Globalization;
using System.Text.Json;
using RealtimeTours.Bookings.Tours;

namespace RealtimeTours.CatalogSync.Suppliers;

/// <summary>A local time as a supplier writes it, with its offset or, without one, in the tour's time zone.</summary>
/// <param name="Instant">In UTC. Of an hour that the clocks repeat, written without offset: the later one.</param>
/// <param name="Day">The local day as written; of a time in UTC (<c>Z</c>) the day in the tour's time zone.</param>
/// <param name="IsSkipped">The clocks skip this hour in spring: read as the hour after it.</param>
/// <param name="Earlier">How long before <paramref name="Instant"/> the same local time was before, in the hour that the clocks repeat.</param>
internal readonly record struct OctoTime(DateTimeOffset Instant, DateOnly Day, bool IsSkipped, TimeSpan Earlier);

/// <summary>Reads OCTO's local times and opening hours. Neither night of a clock change makes a time unreadable.</summary>
internal static class OctoTimes
{
    /// <exception cref="UnreadableAnswerException">Not an ISO 8601 time, or of another age.</exception>
    public static OctoTime Read(string text, TimeZoneInfo zone)
    {
        var (written, kind) = Written(text);
        var local = written.DateTime;
        if (kind == DateTimeKind.Utc)
            return new OctoTime(written, TourZone.DayOf(written, zone), IsSkipped: false, Earlier: TimeSpan.Zero);
        var day = DateOnly.FromDateTime(local);
        var isSkipped = zone.IsInvalidTime(local);
        if (kind == DateTimeKind.Local) return new OctoTime(written.ToUniversalTime(), day, isSkipped, TimeSpan.Zero);
        if (!zone.IsAmbiguousTime(local)) return new OctoTime(In(zone, local), day, isSkipped, TimeSpan.Zero);
        var offsets = zone.GetAmbiguousTimeOffsets(local);
        return new OctoTime(
            new DateTimeOffset(local, offsets.Min()).ToUniversalTime(), day, isSkipped, Earlier: offsets.Max() - offsets.Min());
    }

    /// <summary>The hours of a day ticket (OPENING_HOURS), from the first opening to the last closing; <c>24:00</c> ends the day.</summary>
    /// <returns>Null where the row has none.</returns>
    /// <exception cref="UnreadableAnswerException">Not times such as <c>09:00</c>.</exception>
    public static (TimeSpan From, TimeSpan To)? OpeningHours(JsonElement row)
    {
        var spans = OctoFields.Elements(row, "openingHours").ToArray();
        if (spans.Length == 0) return null;
        var (from, to) = (TimeOfDay(spans[0], "from"), TimeOfDay(spans[^1], "to"));
        return (from, to > from ? to : to + TimeSpan.FromDays(1)); // open beyond midnight
    }

    /// <summary>When the doors open and close: a text with an offset keeps the supplier's own one, otherwise the tour's zone applies.</summary>
    /// <returns>IsOfZone: whether these are the hours of the tour's zone.</returns>
    public static (DateTimeOffset Opens, DateTimeOffset Closes, bool IsOfZone) Opened(
        string text, (TimeSpan From, TimeSpan To) hours, TimeZoneInfo zone)
    {
        var (written, kind) = Written(text);
        var midnight = written.Date;
        var isOfZone = kind == DateTimeKind.Unspecified || written.Offset == zone.GetUtcOffset(midnight);
        return (At(hours.From), At(hours.To), isOfZone);

        DateTimeOffset At(TimeSpan time) =>
            isOfZone ? In(zone, midnight + time) : new DateTimeOffset(midnight + time, written.Offset).ToUniversalTime();
    }

    /// <summary>When the doors open on a day, in the tour's zone.</summary>
    public static DateTimeOffset Opened(DateOnly day, TimeSpan from, TimeZoneInfo zone) => In(zone, day.ToDateTime(TimeOnly.MinValue) + from);

    private static DateTimeOffset In(TimeZoneInfo zone, DateTime local) => new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();

    // The second call alone says whether an offset was written, the first alone what it was. Years are bounded so that no sum leaves the calendar.
    private static (DateTimeOffset Written, DateTimeKind Kind) Written(string text) =>
        text.Length >= "2026-01-01T00:00".Length
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var written)
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var local) && written.Year is > 1900 and < 9000
            ? (written, local.Kind)
            : throw new UnreadableAnswerException("localDateTimeStart is not an ISO 8601 time");

    private static TimeSpan TimeOfDay(JsonElement hours, string name)
    {
        var text = OctoFields.OptionalText(hours, name);
        if (text is "24:00" or "24:00:00") return TimeSpan.FromDays(1);
        return TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss"], out var time) ? time.ToTimeSpan()
            : throw new UnreadableAnswerException("openingHours are not times such as 09:00");
    }
}
