using RealtimeTours.Bookings.Bookings;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Saga;
using RealtimeTours.Bookings.Vouchers;
using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings;

/// <summary>Bookings, the saga of those that are paid online, and the waiting list.</summary>
public sealed class BookingsModule : IModule
{
    public string Name => "bookings";

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        var settings = BookingSettings.Read(configuration);
        services.AddSeatInventory(configuration)
            .AddSingleton(settings).AddBookingRateLimit(settings).AddIdempotency()
            .AddSingleton<BookingMetrics>().AddSingleton<SagaMetrics>().AddSingleton<HoldLimit>()
            .AddSingleton<TakeSeats>().AddSingleton<BookSeats>().AddSingleton<CancelBooking>()
            .AddSingleton<PendingBookings>().AddSingleton<BookingSagas>()
            .AddTransactionalConsumer<BookingCommands>(BookingCommands.Consumer, BookingCommands.RoutingKeys)
            .AddTransactionalConsumer<PaymentAnswers>(PaymentAnswers.Consumer, PaymentAnswers.RoutingKeys)
            .AddTransactionalConsumer<FollowLoyalty>(FollowLoyalty.Consumer, FollowLoyalty.RoutingKeys)
            .AddHostedService<HoldExpiry>().AddHostedService<OfferExpiry>().AddHostedService<SagaTimers>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
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
