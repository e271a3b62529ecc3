using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Bookings.Payments;

public static class PaymentsModule
{
    /// <summary>Charges and refunds. With the <see cref="IPaymentGateway"/> that is registered before; without one, no booking can be paid through us.</summary>
    /// <exception cref="InvalidSettingException">A setting of section <c>Payments</c> cannot be used.</exception>
    public static IServiceCollection AddPayments(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<IPaymentGateway, NoPaymentGateway>();
        return services
            .AddSingleton(PaymentsSettings.Read(configuration))
            .AddSingleton<PaymentBook>().AddSingleton<AskGateway>().AddSingleton<ReceiveWebhook>()
            .AddEventConsumer<PaymentRequests>(PaymentRequests.Consumer, PaymentRequests.RoutingKeys)
            .AddHostedService<PaymentTimers>();
    }

    public static void MapPayments(this IEndpointRouteBuilder endpoints) => ReceiveWebhook.Map(endpoints);
}
