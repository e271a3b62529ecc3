using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Payments;

public static class PaymentsModule
{
    /// <summary>Charges and refunds. With a simulated provider, unless an <see cref="IPaymentGateway"/> is registered before.</summary>
    /// <exception cref="InvalidSettingException">A setting of section <c>Payments</c> cannot be used.</exception>
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<IPaymentGateway, SimulatedGateway>();
        return services
            .AddSingleton(PaymentsSettings.Read(configuration))
            .AddSingleton<PaymentBook>().AddSingleton<AskGateway>().AddSingleton<ReceiveWebhook>()
            .AddTransactionalConsumer<PaymentRequests>(PaymentRequests.Consumer, PaymentRequests.RoutingKeys)
            .AddHostedService<PaymentTimers>()
            .AddHostedService<SimulatedWebhooks>();
    }

    public static void MapPayments(this IEndpointRouteBuilder endpoints) => ReceiveWebhook.Map(endpoints);
}
