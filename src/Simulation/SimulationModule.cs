using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Simulation.Configuration;
using RealtimeTours.Simulation.SampleCatalogue;
using RealtimeTours.Simulation.Supplier;

namespace RealtimeTours.Simulation;

/// <summary>Stands in for other companies' servers and for a real catalogue. A production build can leave this project out.</summary>
public static class SimulationModule
{
    /// <summary>The OCTO supplier on a loopback port, and the sample catalogue. Needs the storage, the messaging and the seat inventory.</summary>
    public static IServiceCollection AddSimulatedSupplier(this IServiceCollection services, SimulationSettings settings)
    {
        services.AddSingleton(settings).AddSingleton<TakenOverBookings>().AddSingleton<SampleMemberSeeder>().AddSingleton<SampleCatalogueSeeder>();
        if (settings.SellsSampleTours)
        {
            services.TryAddSingleton(new SimulatedSupplierOptions { ApiKey = settings.ApiKey, Port = settings.Port });
            services.AddSingleton<SimulatedSupplierServer>();
            services.AddHostedService(provider => provider.GetRequiredService<SimulatedSupplierServer>());
        }
        if (!settings.SampleCatalogue) return services;
        services.AddHostedService<SampleCatalogueHost>();
        services.AddHealthChecks().AddCheck<SampleCatalogueHealth>("sample-catalogue", tags: ["ready"]);
        return services;
    }
}
