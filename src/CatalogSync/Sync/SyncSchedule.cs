using Quartz;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Jobs;

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
    public static SyncSchedule Read(IConfiguration configuration) => new(configuration.Cron("SYNC_CRON", "Sync:Cron", Default));

    internal static SyncSchedule Parse(string cron) => new(CronSetting.Parse("SYNC_CRON", cron, Default));
}
