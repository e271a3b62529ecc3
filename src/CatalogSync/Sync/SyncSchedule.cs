using Quartz;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.CatalogSync.Sync;

/// <summary>When runs begin: a Quartz cron, in UTC so that all processes agree whatever their time zone.</summary>
public sealed class SyncSchedule
{
    private const string Default = "0 0/5 * * * ?";

    private SyncSchedule(CronExpression cron) => Cron = cron;

    internal CronExpression Cron { get; }

    /// <returns>The next time after <paramref name="now"/>; null where the cron has no more.</returns>
    public DateTimeOffset? NextAfter(DateTimeOffset now) => Cron.GetNextValidTimeAfter(now);

    /// <summary>Reads <c>SYNC_CRON</c>; every five minutes where it is not set.</summary>
    /// <exception cref="InvalidSettingException">Not a Quartz cron.</exception>
    public static SyncSchedule Read(IConfiguration configuration) => Parse(configuration.Text("SYNC_CRON", "Sync:Cron") ?? Default);

    internal static SyncSchedule Parse(string cron)
    {
        if (!CronExpression.TryParse(cron, out var parsed) || HasImpossibleTime(cron))
            throw new InvalidSettingException(
                $"SYNC_CRON is '{cron}', which is not a Quartz cron: seconds minutes hours day-of-month month day-of-week, such as '{Default}' for " +
                $"every five minutes.");
        var schedule = new SyncSchedule(parsed.WithTimeZone(TimeZoneInfo.Utc));
        return schedule.NextAfter(DateTimeOffset.UtcNow) is not null
            ? schedule
            : throw new InvalidSettingException($"SYNC_CRON is '{cron}', which never fires again. '{Default}' fires every five minutes.");
    }

    // Quartz 4.7.3 reads '99 * * * * ?' as every second (a minute alike): a typing error would call the supplier without pause.
    private static bool HasImpossibleTime(string cron) => cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2)
        .SelectMany(field => field.Split(',', '-', '/'))
        .Any(part => int.TryParse(part, out var number) && number > 59);
}
