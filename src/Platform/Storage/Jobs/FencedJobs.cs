using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;

namespace RealtimeTours.Platform.Storage.Jobs;

public static class FencedJobs
{
    /// <summary>Runs <typeparamref name="TJob"/> by a schedule, in one process at a time. Needs the storage.</summary>
    /// <param name="name">The same in every process that has this job, and no other job's.</param>
    /// <param name="cron">A Quartz cron (seconds first), in UTC so that all processes agree on the slots whatever their time zone.</param>
    public static IServiceCollection AddFencedJob<TJob>(this IServiceCollection services, string name, string cron) where TJob : class, IFencedJob
    {
        services.TryAddSingleton(FencedJobTiming.Default);
        services.TryAddSingleton<TJob>();
        services.TryAddSingleton<FencedJobRunner<TJob>>();
        services.AddQuartz(quartz => quartz.ScheduleJob<FencedJobRunner<TJob>>(
            trigger => trigger.WithCronSchedule(new CronExpression(cron).WithTimeZone(TimeZoneInfo.Utc), schedule => schedule
                // Fires missed while the process was held up run once, not one after the other.
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)),
            job => job.WithIdentity(name)));
        return services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }
}
