using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Board;

namespace RealtimeTours.Web.Tours;

public static class ToursModule
{
    /// <summary>Needs storage and messaging.</summary>
    public static IServiceCollection AddTours(this IServiceCollection services, IConfiguration configuration, PlatformSettings settings)
    {
        services.AddLiveBoard(configuration, settings);
        services.AddSeam<ITourCache, NoTourCache, RedisTourCache>(settings.Distributed);
        services.TryAddSingleton(SyncSchedule.Read(configuration));
        services.AddEventListener<TourCacheInvalidation>(TourCacheInvalidation.Name, TourCacheInvalidation.RoutingKeys);
        return services
            .AddSingleton<TourRows>().AddSingleton<TourReader>().AddSingleton<TourCatalogue>().AddSingleton<NextSync>().AddSingleton<StaleTours>()
            .AddSingleton<ReadTour>().AddSingleton<ListTours>().AddSingleton<SaveTour>();
    }

    public static void MapTours(this IEndpointRouteBuilder endpoints)
    {
        ListTours.Map(endpoints);
        ReadTour.Map(endpoints);
        SaveTour.Map(endpoints);
    }
}
