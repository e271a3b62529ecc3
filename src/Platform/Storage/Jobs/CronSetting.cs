using Microsoft.Extensions.Configuration;
using Quartz;
using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.Platform.Storage.Jobs;

/// <summary>A setting that is a Quartz cron, in UTC so that all processes agree whatever their time zone.</summary>
public static class CronSetting
{
    /// <param name="fallback">Where it is not set; also the example of the error message.</param>
    /// <exception cref="InvalidSettingException">Not a Quartz cron, or one that never fires again.</exception>
    public static CronExpression Cron(this IConfiguration configuration, string variable, string section, string fallback) =>
        Parse(variable, configuration.Text(variable, section) ?? fallback, fallback);

    public static CronExpression Parse(string variable, string cron, string example)
    {
        if (!CronExpression.TryParse(cron, out var parsed) || HasImpossibleTime(cron))
            throw new InvalidSettingException(
                $"{variable} is '{cron}', which is not a Quartz cron: seconds minutes hours day-of-month month day-of-week, such as '{example}'.");
        var schedule = parsed.WithTimeZone(TimeZoneInfo.Utc);
        return schedule.GetNextValidTimeAfter(DateTimeOffset.UtcNow) is not null
            ? schedule
            : throw new InvalidSettingException($"{variable} is '{cron}', which never fires again. An example that does: '{example}'.");
    }

    // Quartz 4.7.3 reads '99 * * * * ?' as every second (a minute alike): a typing error would run the job without pause.
    private static bool HasImpossibleTime(string cron) => cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2)
        .SelectMany(field => field.Split(',', '-', '/'))
        .Any(part => int.TryParse(part, out var number) && number > 59);
}
