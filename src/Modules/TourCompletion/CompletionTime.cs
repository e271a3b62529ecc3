namespace RealtimeTours.Modules.TourCompletion;

/// <summary>When a booking that nobody spoke of is completed: at 02:00 in the tour's time zone, on a later day than the tour began.</summary>
internal static class CompletionTime
{
    private static readonly TimeSpan AtNight = TimeSpan.FromHours(2);

    /// <summary>Pure: the first such 02:00 at which the tour is over. One from 22:00 to 02:00 just is, one of 48 h is three days later.</summary>
    public static DateTimeOffset Of(DateTimeOffset startsAt, double durationHours, TimeZoneInfo zone)
    {
        var endsAt = startsAt.AddHours(durationHours);
        var night = TimeZoneInfo.ConvertTime(startsAt, zone).Date.AddDays(1) + AtNight;
        while (Instant(night, zone) < endsAt) night = night.AddDays(1);
        return Instant(night, zone);
    }

    // Daylight saving: where a gap swallows 02:00, the first valid time after it; where 02:00 comes twice, the earlier.
    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
