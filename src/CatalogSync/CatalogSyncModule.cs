using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.SampleCatalogue;
using RealtimeTours.CatalogSync.SimulatedSupplier;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.CatalogSync;

public static class CatalogSyncModule
{
    /// <summary>
    /// The supplier sync: its job, its consumer, the OCTO client, and where they are wanted the simulated supplier and the sample catalogue.
    /// </summary>
    /// <remarks>Needs the storage and the messaging. Registers <see cref="SyncSchedule"/> for whoever shows the next run.</remarks>
    /// <exception cref="InvalidSettingException">A setting cannot be used.</exception>
    public static IServiceCollection AddCatalogSync(this IServiceCollection services, IConfiguration configuration, PlatformSettings settings)
    {
        var own = CatalogSyncSettings.Read(configuration, settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(own).AddSingleton(own.Schedule).AddSingleton(own.Timing).AddSingleton(own.Suppliers);
        services.AddSingleton<CatalogSyncMetrics>().AddSingleton<LinkedTours>().AddSingleton<SyncTour>().AddSingleton<SyncLease>()
            .AddSingleton<SyncRuns>().AddSingleton<SyncParts>().AddSingleton<BeginSyncRunsJob>().AddSingleton<SampleCatalogueSeeder>().AddSingleton<ConfiguredSuppliers>();
        services.AddSimulatedSupplier(own);
        services.AddSchedule(own.Schedule);
        services.AddImport(configuration);
        services.AddEventConsumer<SyncRequests>(
            SyncRequests.Consumer, [EventTypes.TourSyncRequested], concurrency: 4,
            needs: provider => provider.GetRequiredService<DatabaseDependency>());
        services.AddEventListener<WatchedTours>(WatchedTours.Listener, [EventTypes.ToursWatched]);
        services.AddHostedService<SupplierLeaseHost>();
        services.AddHostedService<StartCatalogSync>();
        services.AddHealthChecks().AddCheck<SampleCatalogueHealth>("sample-catalogue", tags: ["ready"]);
        return services;
    }

    private static void AddSimulatedSupplier(this IServiceCollection services, CatalogSyncSettings own)
    {
        if (own.DefaultSupplier.Url is not null)
        {
            services.AddSingleton(new SupplierAddress(_ => throw new InvalidOperationException("Every supplier has a URL: there is no simulated one.")));
            return;
        }
        services.TryAddSingleton(new SimulatedSupplierOptions { ApiKey = own.DefaultSupplier.ApiKey, Port = own.SimulatedSupplierPort });
        services.AddSingleton<SimulatedSupplierServer>();
        services.AddHostedService(provider => provider.GetRequiredService<SimulatedSupplierServer>());
        services.AddSingleton<SupplierAddress>(provider =>
        {
            var simulated = provider.GetRequiredService<SimulatedSupplierServer>();
            return token => new ValueTask<Uri>(simulated.AddressAsync(token));
        });
    }

    private static void AddSchedule(this IServiceCollection services, SyncSchedule schedule)
    {
        services.AddQuartz(quartz => quartz.ScheduleJob<BeginSyncRunsJob>(
            trigger => trigger.WithCronSchedule(schedule.Cron, cron => cron
                // Fires missed while the process was held up run once, not one after the other.
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)),
            job => job.WithIdentity(BeginSyncRunsJob.Key)));
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }
}
