using Microsoft.AspNetCore.StaticFiles;

namespace RealtimeTours.Web.Pages;

internal static class PageHeaders
{
    // connect-src is open to any origin: the hub lives on another port or host, and which one only the deployment knows.
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data:; connect-src 'self' http: https: ws: wss:; object-src 'none'; " +
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    public static void Set(StaticFileResponseContext file)
    {
        var headers = file.Context.Response.Headers;
        // Vite names an asset after its content, so it never changes under its name; the page that names the assets is asked for every time.
        headers.CacheControl = file.Context.Request.Path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        if (file.File.Name.EndsWith(".html", StringComparison.Ordinal)) headers.ContentSecurityPolicy = ContentSecurityPolicy;
    }
}
