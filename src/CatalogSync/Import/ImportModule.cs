using Quartz;

namespace RealtimeTours.CatalogSync.Import;

internal static class ImportModule
{
    /// <summary>Needs the configured suppliers and Quartz's hosted service.</summary>
    public static IServiceCollection AddImport(this IServiceCollection services, IConfiguration configuration, bool waitForSampleTours)
    {
        services.AddSingleton(ImportSettings.Read(configuration, waitForSampleTours));
        services.AddSingleton<ImportedTours>().AddSingleton<ImportRuns>().AddSingleton<ImportSupplier>().AddSingleton<ImportCatalogue>();
        return services.AddQuartz(quartz => quartz.ScheduleJob<ImportCatalogue>(
            trigger => trigger.StartNow().WithSimpleSchedule(every => every.WithInterval(ImportCatalogue.PollInterval).RepeatForever()),
            job => job.WithIdentity(ImportCatalogue.Key)));
    }
}
