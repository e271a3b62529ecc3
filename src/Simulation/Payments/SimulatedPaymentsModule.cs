using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Platform.Hosting.Modules;

namespace RealtimeTours.Simulation.Payments;

/// <summary>The simulated payment provider, unless another one is registered. Must stand before the payments module, which takes it.</summary>
public sealed class SimulatedPaymentsModule : IModule
{
    public string Name => "payments";

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<IPaymentGateway, SimulatedGateway>();
        services.AddSingleton(SimulatedPaymentsSettings.Read(configuration)).AddHostedService<SimulatedWebhooks>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        // its webhooks call the host, not the other way round
    }
}
