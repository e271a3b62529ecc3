using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Bookings;

public static class BookingsModule
{
    /// <summary>The seats of all departures and the details of their tours, for a host that changes them. Needs the storage and the messaging.</summary>
    /// <exception cref="InvalidSettingException">A setting of section <c>Bookings</c> cannot be used.</exception>
    public static IServiceCollection AddSeatInventory(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(HoldSettings.Read(configuration));
        services.TryAddSingleton<IWaitingLine, WaitingListOffers>();
        services.TryAddSingleton<SeatInventory>();
        services.TryAddSingleton<Catalogue>();
        return services;
    }

    /// <summary>Bookings, the saga of those that are paid through us, and the waiting list.</summary>
    /// <exception cref="InvalidSettingException">A setting of section <c>Bookings</c> cannot be used.</exception>
    public static IServiceCollection AddBookings(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = BookingSettings.Read(configuration);
        return services.AddSeatInventory(configuration)
            .AddSingleton(settings).AddBookingRateLimit(settings).AddIdempotency()
            .AddSingleton<TakeSeats>().AddSingleton<BookSeats>().AddSingleton<CancelBooking>().AddSingleton<PendingBookings>().AddSingleton<BookingSagas>()
            .AddEventConsumer<BookingCommands>(BookingCommands.Consumer, BookingCommands.RoutingKeys)
            .AddEventConsumer<PaymentAnswers>(PaymentAnswers.Consumer, PaymentAnswers.RoutingKeys)
            .AddHostedService<HoldExpiry>().AddHostedService<OfferExpiry>().AddHostedService<SagaTimers>();
    }

    public static void MapBookings(this IEndpointRouteBuilder endpoints)
    {
        BookSeats.Map(endpoints);
        CancelBooking.Map(endpoints);
        ReadBookings.Map(endpoints);
        ReadSaga.Map(endpoints);
        JoinWaitingList.Map(endpoints);
        LeaveWaitingList.Map(endpoints);
        ReadWaitingList.Map(endpoints);
    }
}
