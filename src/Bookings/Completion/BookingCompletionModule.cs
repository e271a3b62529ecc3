using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Bookings.Tours;

namespace RealtimeTours.Bookings.Completion;

public static class BookingCompletionModule
{
    /// <summary>The port of the bookings for the module that completes them. Needs the storage and the messaging.</summary>
    public static IServiceCollection AddBookingCompletion(this IServiceCollection services)
    {
        services.TryAddSingleton<Catalogue>();
        services.TryAddSingleton<BookingCompletion>();
        services.TryAddSingleton<BookingRatings>();
        services.TryAddSingleton<DepartureParties>();
        return services;
    }
}
