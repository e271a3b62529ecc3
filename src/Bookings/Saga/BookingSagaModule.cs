using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Saga;

public static class BookingSagaModule
{
    /// <summary>The workflow of bookings that are paid through us. Needs the storage and the messaging.</summary>
    public static IServiceCollection AddBookingSaga(this IServiceCollection services) => services
        .AddSingleton<BookingSagas>()
        .AddTransactionalConsumer<PaymentAnswers>(PaymentAnswers.Consumer, PaymentAnswers.RoutingKeys)
        .AddHostedService<SagaTimers>();

    public static void MapBookingSaga(this IEndpointRouteBuilder endpoints) => ReadSaga.Map(endpoints);
}
