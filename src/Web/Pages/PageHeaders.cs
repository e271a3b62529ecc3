using Microsoft.AspNetCore.StaticFiles;

namespace RealtimeTours.Web.Pages;

internal static class PageHeaders
{
    // connect-src allows any origin: the hub runs on another port or host, which only the deployment knows.
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data:; connect-src 'self' http: https: ws: wss:; object-src 'none'; " +
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    public static void Set(StaticFileResponseContext file)
    {
        var headers = file.Context.Response.Headers;
        // Vite puts a content hash into an asset's name, so a browser may cache it for ever; the HTML that names the assets must be revalidated.
        headers.CacheControl = file.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        if (file.File.Name.EndsWith(".html", StringComparison.Ordinal)) headers.ContentSecurityPolicy = ContentSecurityPolicy;
    }
}
