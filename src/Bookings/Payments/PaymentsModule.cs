using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Payments;

/// <summary>Charges and refunds through the <see cref="IPaymentGateway"/> registered before; without one, every charge is declined.</summary>
public sealed class PaymentsModule : IModule
{
    public string Name => "payments";

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<IPaymentGateway, NoPaymentGateway>();
        services
            .AddSingleton(PaymentsSettings.Read(configuration))
            .AddSingleton<PaymentBook>().AddSingleton<AskGateway>().AddSingleton<ReceiveWebhook>()
            .AddTransactionalConsumer<PaymentRequests>(PaymentRequests.Consumer, PaymentRequests.RoutingKeys)
            .AddHostedService<PaymentTimers>();
    }

    public void Map(IEndpointRouteBuilder endpoints) => ReceiveWebhook.Map(endpoints);
}
