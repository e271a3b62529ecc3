using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Bookings;
using RealtimeTours.CatalogSync.Sync;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.RealtimeHub.Board;
using ZiggyCreatures.Caching.Fusion;

namespace RealtimeTours.Web.Tours;

/// <summary>The catalogue: endpoints for visitors and operators, and their cache.</summary>
internal sealed class ToursModule : IModule
{
    public string Name => "tours";

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        var settings = services.PlatformSettings();
        services.AddLiveBoard(configuration, settings);
        AddTourCache(services, settings);
        services.AddSeatInventory(configuration);
        services.TryAddSingleton(SyncSchedule.Read(configuration));
        services.AddEventListener<TourChangeListener>(TourChangeListener.Name, TourChangeListener.RoutingKeys);
        services.AddSingleton<TourRows>().AddSingleton<TourReader>().AddSingleton<TourCatalogue>().AddSingleton<NextSync>().AddSingleton<StaleTours>()
            .AddSingleton<ReadTour>().AddSingleton<ListTours>().AddSingleton<SaveTour>();
    }

    private static void AddTourCache(IServiceCollection services, PlatformSettings settings)
    {
        services.AddLogging(logging => logging.AddFilter("ZiggyCreatures.Caching.Fusion", LogLevel.Warning)); // it logs every call as information
        var cache = services.AddFusionCache().WithOptions(TourCacheOptions.Configure).WithMemoryCache(_ => TourCacheOptions.NewMemory());
        if (settings.Distributed) cache.WithRedis(settings);
        services.AddSingleton(new SeamChoice("IFusionCache", settings.Distributed ? nameof(RedisTourCache) : "memory"));
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.ServiceProvider.GetRequiredService<IFusionCache>(); // starts to connect now, without waiting, not with the first request
        ListTours.Map(endpoints);
        ReadTour.Map(endpoints);
        SaveTour.Map(endpoints);
    }
}
