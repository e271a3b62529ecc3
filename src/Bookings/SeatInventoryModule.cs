using Microsoft.Extensions.DependencyInjection.Extensions;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Tours;
using RealtimeTours.Bookings.WaitingList;

namespace RealtimeTours.Bookings;

public static class SeatInventoryModule
{
    /// <summary>Seats and tour details, for a host that writes them. Needs the storage and the messaging.</summary>
    /// <exception cref="Platform.Configuration.InvalidSettingException">A setting of section <c>Bookings</c> cannot be used.</exception>
    public static IServiceCollection AddSeatInventory(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(HoldSettings.Read(configuration));
        services.TryAddSingleton<IWaitingLine, WaitingListOffers>();
        services.TryAddSingleton<SeatInventory>();
        services.TryAddSingleton<Catalogue>();
        return services;
    }
}
