using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Modules;
using RealtimeTours.Platform.Hosting.Tokens;

namespace RealtimeTours.Web.Pages;

/// <summary>The browser pages: static files, one HTML page for every address a visitor may open, and <c>/config.json</c>.</summary>
internal sealed class PagesModule : IModule
{
    public string Name => "pages";

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(PagesSettings.Read(configuration));
        // Compressed over HTTPS: these files are public, so an attacker learns nothing from their compressed length (BREACH).
        services.AddResponseCompression(options => options.EnableForHttps = true);
    }

    /// <summary>Maps the pages. A request that matches an endpoint never reaches them.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var app = (WebApplication)endpoints;
        var settings = app.Services.GetRequiredService<PagesSettings>();
        app.MapGet("/config.json", (IHostEnvironment environment, TokenIssuer issuer, HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Json(settings.ForBrowsers(environment, issuer), WireJson.Options);
        }).ExcludeFromDescription();

        if (PagesFolder.Find(app.Environment) is not { } folder)
        {
            PagesLog.NotBuilt(app.Logger);
            return;
        }
        var files = new PageFiles(folder, PathBase.Read(app.Configuration));
        // A middleware, not a fallback route: a catch-all route would answer 404 to a wrong method instead of 405.
        app.UseWhen(context => context.GetEndpoint() is null && PagePaths.IsRead(context.Request), pages =>
        {
            pages.UseResponseCompression();
            pages.UseMiddleware<OnePageForEveryAddress>();
            pages.UseStaticFiles(new StaticFileOptions { FileProvider = files, OnPrepareResponse = PageHeaders.Set });
        });
    }
}
