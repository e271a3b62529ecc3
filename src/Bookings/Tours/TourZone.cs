namespace RealtimeTours.Bookings.Tours;

/// <summary>A tour's days are those of its own time zone.</summary>
public static class TourZone
{
    /// <param name="name">IANA name; null, or one that this machine does not know, for UTC.</param>
    public static TimeZoneInfo Of(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    public static DateOnly DayOf(DateTimeOffset instant, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <returns>Calendar days from one instant to a later one: from 23:59 to 00:01 it is one day.</returns>
    public static int DaysBetween(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone) =>
        DayOf(to, zone).DayNumber - DayOf(from, zone).DayNumber;
}
