using Microsoft.Extensions.FileProviders;
using RealtimeTours.Platform.Hosting.Modules;

namespace RealtimeTours.Web.Pages;

/// <summary>The browser pages: static files, one HTML page for every address a visitor may open, and <c>/config.json</c>.</summary>
internal sealed class PagesModule : IModule
{
    public string Name => "pages";

    public void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(PagesSettings.Read(configuration));
        // Public files only: nothing secret is ever compressed next to what a stranger can choose.
        services.AddResponseCompression(options => options.EnableForHttps = true);
    }

    /// <summary>A request that has an endpoint of its own never gets to the pages.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var app = (WebApplication)endpoints;
        var settings = app.Services.GetRequiredService<PagesSettings>();
        app.MapGet("/config.json", (IHostEnvironment environment, HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Json(settings.ForBrowsers(environment), WireJson.Options);
        }).ExcludeFromDescription();

        if (PagesFolder.Find(app.Environment) is not { } folder)
        {
            PagesLog.NotBuilt(app.Logger);
            return;
        }
        // A middleware and not a fallback route: a catch-all route would answer 404 where a wrong method must get 405.
        app.UseWhen(context => context.GetEndpoint() is null && PagePaths.IsRead(context.Request), pages =>
        {
            pages.UseResponseCompression();
            pages.UseMiddleware<OnePageForEveryAddress>();
            pages.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(folder), OnPrepareResponse = PageHeaders.Set });
        });
    }
}
