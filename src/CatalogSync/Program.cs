using RealtimeTours.CatalogSync;
using RealtimeTours.CatalogSync.Notifications;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.Platform.Storage.Outbox;
#if SIMULATION
using RealtimeTours.Simulation.Supplier;
#endif

#if SIMULATION
if (args is [SimulatedSupplierServer.Command, .. var rest])
    return await HostRunner.RunAsync(rest, ListenAddresses.CatalogSyncPort, SimulatedSupplierServer.OwnHost);
#endif

return await HostRunner.RunAsync(args, ListenAddresses.CatalogSyncPort, args =>
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = PlatformSettings.Read(builder.Configuration, builder.Environment.ContentRootPath, standalone: true);
    builder.AddHostDefaults("catalog-sync", settings);
    builder.ListenOn(ListenAddresses.CatalogSyncPort);
    // Hosted services stop in reverse order: the relay publishes its last events before the bus disconnects.
    builder.Services.AddMessaging(builder.Configuration, settings, source: "catalog-sync");
    builder.Services.AddStorage(settings, typeof(EventEnvelope).Assembly)
        .AddOutboxRelay(settings, OutboxSettings.Default with { Standby = true }); // standby: publishes only while no Web process does
    builder.Services.AddCatalogSync(builder.Configuration, settings);

    var app = builder.Build();
    app.UseHostDefaults();
    app.MapSupplierNotifications();
    return app;
});
