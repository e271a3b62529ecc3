using RealtimeTours.CatalogSync;
using RealtimeTours.CatalogSync.Notifications;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.EventLog;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.RealtimeHub;
using RealtimeTours.Web;
using RealtimeTours.Web.OpenApi;
using RealtimeTours.Web.Operations;

if (args is [ReplayCommand.Name, .. var rest]) return await ReplayCommand.RunAsync(rest);

return await HostRunner.RunAsync(args, ListenAddresses.WebPort, args =>
{
    var builder = WebApplication.CreateBuilder(args);
    var (configuration, services) = (builder.Configuration, builder.Services);
    var settings = PlatformSettings.Read(configuration, builder.Environment.ContentRootPath, standalone: false);
    builder.AddHostDefaults("web", settings);
    // Hosted services stop in reverse order: the outbox relay publishes its last events before the bus closes.
    services.AddMessaging(configuration, settings, source: "web");
    services.AddStorage(settings, typeof(EventEnvelope).Assembly).AddOutboxRelay(settings);
    services.AddTokenRevocation();
    services.AddEventLog(configuration, settings);
    var modules = ModuleList.Choose(WebModules.All, configuration, settings);
    modules.AddTo(services, configuration);
    services.AddRateLimiter(_ => { }); // each module adds its own policies
    services.AddOpenApiDocument();

    // Embedded mode: with nothing configured, this process also runs the hub and the supplier sync.
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
    app.MapOpenApiDocument();
    if (!settings.Distributed)
    {
        app.UseRealtimeHub();
        app.MapRealtimeHub();
        app.MapSupplierNotifications();
    }
    modules.Map(app);
    app.AnnounceAddresses(settings);
    return app;
});
