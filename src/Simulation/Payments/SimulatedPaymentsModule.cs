using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Platform.Hosting.Modules;

namespace RealtimeTours.Simulation.Payments;

/// <summary>The payment provider of development and tests, unless another one is registered before. Stands before the payments, which take what is there.</summary>
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
