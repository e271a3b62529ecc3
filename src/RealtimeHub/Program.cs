using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Tokens;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;
using RealtimeTours.RealtimeHub;

return await HostRunner.RunAsync(args, ListenAddresses.HubPort, args =>
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = PlatformSettings.Read(builder.Configuration, builder.Environment.ContentRootPath, standalone: true);
    builder.AddHostDefaults("realtime-hub", settings);
    builder.ListenOn(ListenAddresses.ReadHubPort(builder));
    builder.Services.AddMessaging(builder.Configuration, settings, source: "realtime-hub");
    builder.Services.AddStorage(settings, typeof(EventEnvelope).Assembly);
    builder.Services.AddTokenRevocation();
    builder.Services.AddRealtimeHub(builder.Configuration, settings);

    var app = builder.Build();
    app.UseHostDefaults();
    app.UseRealtimeHub();
    app.MapRealtimeHub();
    return app;
});
