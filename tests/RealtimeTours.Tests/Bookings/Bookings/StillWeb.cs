using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.Bookings.WaitingList;
using RealtimeTours.CatalogSync;
using RealtimeTours.CatalogSync.Suppliers;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Storage.Schema;
using RealtimeTours.RealtimeHub.Board;
using RealtimeTours.Simulation.Payments;
using RealtimeTours.Tests.CatalogSync.Suppliers;

namespace RealtimeTours.Tests.Bookings.Bookings;

/// <summary>
/// The REST interface and the sync on a real Kestrel, a real database and a supplier over HTTP, where nothing moves by itself: no sweep, timer, relay
/// or consumer runs unless a test calls it.
/// </summary>
internal sealed class StillWeb(PlatformSettings settings, HandwrittenSupplier supplier, PlantedBug bug) : TestWeb
{
    public const int MaxHolds = 2, MaxHeldSeats = 4;

    protected override IReadOnlyDictionary<string, string?> Configuration { get; } = new Dictionary<string, string?>
    {
        ["Bookings:MaxHolds"] = $"{MaxHolds}", ["Bookings:MaxHeldSeats"] = $"{MaxHeldSeats}",
    };

    protected override Task<PlatformSettings> SettingsAsync(string folder) => Task.FromResult(settings);

    protected override void Change(WebApplicationBuilder builder, PlatformSettings settings)
    {
        builder.Services.AddCatalogSync(builder.Configuration, settings);
        builder.Services.AddSingleton<IReadOnlyList<SupplierSettings>>([supplier.Settings]);
        if (bug == PlantedBug.ChargesEveryTime) builder.Services.AddSingleton<IPaymentGateway>(
            services => new ForgetfulGateway(ActivatorUtilities.CreateInstance<SimulatedGateway>(services)));
        if (bug == PlantedBug.ForgetsTheWaitingList) builder.Services.AddSingleton<IWaitingLine>(
            services => new ForgottenLine(ActivatorUtilities.CreateInstance<WaitingListOffers>(services)));
        // Only those that write no row: the schema, and the copy of the board that readers of a tour see.
        foreach (var service in builder.Services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType != typeof(SchemaMigrator) && service.ImplementationType != typeof(BoardPoller)).ToArray())
            builder.Services.Remove(service);
    }
}
