using RealtimeTours.Bookings;
using RealtimeTours.Bookings.Payments;
using RealtimeTours.CatalogSync;
using RealtimeTours.CatalogSync.Notifications;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.EventLog;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.RealtimeHub;
using RealtimeTours.Web;
using RealtimeTours.Web.OpenApi;
using RealtimeTours.Web.Operations;
using RealtimeTours.Web.Pages;
using RealtimeTours.Web.SignIn;
using RealtimeTours.Web.Tours;
#if SIMULATION
using RealtimeTours.Simulation;
#endif

if (args is [ReplayCommand.Name, .. var rest]) return await ReplayCommand.RunAsync(rest);

return await HostRunner.RunAsync(args, ListenAddresses.WebPort, args =>
{
    var builder = WebApplication.CreateBuilder(args);
    var (configuration, services) = (builder.Configuration, builder.Services);
    var settings = PlatformSettings.Read(configuration, builder.Environment.ContentRootPath, standalone: false);
    builder.AddHostDefaults("web", settings);
    // Hosted services stop in reverse: the relay sends its last before the bus leaves.
    services.AddMessaging(configuration, settings, source: "web");
    services.AddStorage(settings, typeof(EventEnvelope).Assembly).AddOutboxRelay(settings);
    services.AddEventLog(configuration, settings);
    services.AddTours(configuration, settings);
    services.AddBookings(configuration);
#if SIMULATION
    services.AddSimulatedPayments(configuration);
#endif
    services.AddPayments(configuration);
    services.AddOperations(settings);
    services.AddPages(configuration);
    services.AddOpenApiDocument();

    // With nothing configured this one process is the whole system: the hub and the sync run here too.
    if (settings.Distributed)
    {
        builder.ListenOn(ListenAddresses.WebPort);
    }
    else
    {
        builder.ListenOn(ListenAddresses.WebPort, alsoOn: ListenAddresses.ReadHubPort(builder));
        configuration["WebSocket:CorsOrigin"] ??= string.Join(',', builder.LocalOrigins());
        services.AddRealtimeHub(configuration, settings);
        services.AddCatalogSync(configuration, settings);
    }

    var app = builder.Build();
    app.UseHostDefaults();
    app.UseRateLimiter();
    app.MapTours();
    app.MapBookings();
    app.MapPayments();
    app.MapOperations();
    app.MapDevelopmentSignIn();
    app.MapOpenApiDocument();
    if (!settings.Distributed)
    {
        app.UseRealtimeHub();
        app.MapRealtimeHub();
        app.MapSupplierNotifications();
    }
    app.MapPages();
    app.AnnounceAddresses(settings);
    return app;
});
