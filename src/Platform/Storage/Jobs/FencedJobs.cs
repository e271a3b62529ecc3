using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;

namespace RealtimeTours.Platform.Storage.Jobs;

public static class FencedJobs
{
    /// <summary>Runs <typeparamref name="TJob"/> on a schedule, in one process at a time. Requires the storage.</summary>
    /// <param name="name">Unique for the job, and the same in every process.</param>
    /// <param name="cron">A Quartz cron (seconds first), in UTC, so that all processes agree on the slots.</param>
    public static IServiceCollection AddFencedJob<TJob>(this IServiceCollection services, string name, string cron) where TJob : class, IFencedJob
    {
        services.TryAddSingleton(FencedJobTiming.Default);
        services.TryAddSingleton<TJob>();
        services.TryAddSingleton<FencedJobRunner<TJob>>();
        services.AddQuartz(quartz => quartz.ScheduleJob<FencedJobRunner<TJob>>(
            trigger => trigger.WithCronSchedule(new CronExpression(cron).WithTimeZone(TimeZoneInfo.Utc), schedule => schedule
                // Missed fires run once, not one after the other.
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)),
            job => job.WithIdentity(name)));
        return services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }

    /// <summary>As <see cref="AddFencedJob{TJob}"/>, and once soon after the start of each process, for slots that passed meanwhile.</summary>
    public static IServiceCollection AddCatchingUpJob<TJob>(this IServiceCollection services, string name, string cron)
        where TJob : class, IFencedJob =>
        services.AddFencedJob<TJob>(name, cron)
            .AddHostedService(provider => ActivatorUtilities.CreateInstance<CatchUpAtStart<TJob>>(provider, name));
}
