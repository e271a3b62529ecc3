using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;
using RealtimeTours.Bookings;
using RealtimeTours.CatalogSync.Import;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.CatalogSync.Telemetry;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage.Inbox;
using RealtimeTours.Platform.Storage.Leases;
#if SIMULATION
using RealtimeTours.Simulation;
using RealtimeTours.Simulation.Configuration;
using RealtimeTours.Simulation.Supplier;
#endif

namespace RealtimeTours.CatalogSync;

public static class CatalogSyncModule
{
    /// <summary>The supplier sync and import: jobs, consumer, OCTO clients, and the simulated supplier where it is built in and wanted.</summary>
    /// <remarks>Needs the storage and the messaging. Registers <see cref="SyncSchedule"/> for pages that show the next run.</remarks>
    /// <exception cref="InvalidSettingException">A setting cannot be used.</exception>
    public static IServiceCollection AddCatalogSync(this IServiceCollection services, IConfiguration configuration, PlatformSettings settings)
    {
        var own = CatalogSyncSettings.Read(configuration, settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(own).AddSingleton(own.Schedule).AddSingleton(own.Timing).AddSingleton(own.Suppliers);
        services.AddSeatInventory(configuration);
        services.AddSingleton(
            provider => new SupplierLease(provider.GetRequiredService<DatabaseLeases>(), provider.GetRequiredService<SyncTiming>().Lease));
        services.AddSingleton<CatalogSyncMetrics>().AddSingleton<LinkedTours>().AddSingleton<AskSupplier>().AddSingleton<SyncTour>()
            .AddSingleton<SyncRuns>().AddSingleton<SyncParts>().AddSingleton<BeginSyncRunsJob>().AddSingleton<ConfiguredSuppliers>();
        AddDefaultSupplier(services, configuration, own);
        services.AddSchedule(own.Schedule);
        services.AddImport(configuration, own.SampleCatalogue);
        services.AddEventConsumer<SyncRequests>(
            SyncRequests.Consumer, [EventTypes.TourSyncRequested], concurrency: 4,
            needs: provider => provider.GetRequiredService<DatabaseDependency>());
        services.AddEventListener<WatchedTours>(WatchedTours.Listener, [EventTypes.ToursWatched]);
        services.AddHostedService<SupplierLeaseHost>();
        services.AddHostedService<StartCatalogSync>();
        return services;
    }

    private static void AddDefaultSupplier(IServiceCollection services, IConfiguration configuration, CatalogSyncSettings own)
    {
#if SIMULATION
        var isSimulated = own.DefaultSupplier.Url is null;
        services.AddSimulatedSupplier(new SimulationSettings(
            own.DefaultSupplier.Id, own.DefaultSupplier.ApiKey, SimulatedSupplierServer.ReadPort(configuration), isSimulated, own.SampleCatalogue));
        if (isSimulated) services.AddSingleton<SupplierAddress>(
            provider => token => new(provider.GetRequiredService<SimulatedSupplierServer>().AddressAsync(token)));
#endif
        services.TryAddSingleton(
            new SupplierAddress(_ => throw new InvalidOperationException("Every supplier has a URL: there is no simulated one.")));
    }

    private static void AddSchedule(this IServiceCollection services, SyncSchedule schedule)
    {
        services.AddQuartz(quartz => quartz.ScheduleJob<BeginSyncRunsJob>(
            trigger => trigger.WithCronSchedule(schedule.Cron, cron => cron
                // Fires missed while the process was suspended run once, not one after the other.
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)),
            job => job.WithIdentity(BeginSyncRunsJob.Key)));
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }
}
