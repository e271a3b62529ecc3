using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Board;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Web.Tours;

public static class ToursModule
{
    /// <summary>Needs storage and messaging.</summary>
    public static IServiceCollection AddTours(this IServiceCollection services, IConfiguration configuration, PlatformSettings settings)
    {
        services.AddLiveBoard(configuration, settings);
        services.AddTourCache(settings);
        services.TryAddSingleton(SyncSchedule.Read(configuration));
        services.AddEventListener<TourChangeListener>(TourChangeListener.Name, TourChangeListener.RoutingKeys);
        return services
            .AddSingleton<TourRows>().AddSingleton<TourReader>().AddSingleton<TourCatalogue>().AddSingleton<NextSync>().AddSingleton<StaleTours>()
            .AddSingleton<ReadTour>().AddSingleton<ListTours>().AddSingleton<SaveTour>();
    }

    private static void AddTourCache(this IServiceCollection services, PlatformSettings settings)
    {
        services.AddLogging(logging => logging.AddFilter("ZiggyCreatures.Caching.Fusion", LogLevel.Warning)); // it logs every call as information
        var cache = services.AddFusionCache().WithOptions(TourCacheOptions.Configure).WithMemoryCache(_ => TourCacheOptions.NewMemory());
        if (settings.Distributed) cache.WithRedis(settings);
        services.AddSingleton(new SeamChoice("IFusionCache", settings.Distributed ? nameof(RedisTourCache) : "memory"));
    }

    public static void MapTours(this IEndpointRouteBuilder endpoints)
    {
        endpoints.ServiceProvider.GetRequiredService<IFusionCache>(); // connects from now on, waiting for nothing, and not with the first reader
        ListTours.Map(endpoints);
        ReadTour.Map(endpoints);
        SaveTour.Map(endpoints);
    }
}
