using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Storage.Inbox;

namespace RealtimeTours.Bookings.Bookings;

public static class BookingsModule
{
    /// <exception cref="Platform.Hosting.InvalidSettingException">A setting of section <c>Bookings</c> cannot be used.</exception>
    public static IServiceCollection AddBookings(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = BookingSettings.Read(configuration);
        return services.AddSingleton(settings).AddBookingRateLimit(settings)
            .AddSingleton<WaitingListOffers>()
            .AddSingleton<TakeSeats>().AddSingleton<ReturnSeats>()
            .AddSingleton<BookSeats>().AddSingleton<CancelBooking>().AddSingleton<PendingBookings>()
            .AddTransactionalConsumer<BookingCommands>(BookingCommands.Consumer, BookingCommands.RoutingKeys)
            .AddHostedService<HoldExpiry>()
            .AddIdempotency();
    }

    public static void MapBookings(this IEndpointRouteBuilder endpoints)
    {
        BookSeats.Map(endpoints);
        CancelBooking.Map(endpoints);
        ReadBookings.Map(endpoints);
    }
}
