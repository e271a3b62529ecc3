namespace RealtimeTours.Web.Pages;

/// <summary>Tells pages' addresses from those of the API.</summary>
internal static class PagePaths
{
    /// <summary>Under these prefixes an unknown path is answered with 404, never with a page.</summary>
    private static readonly string[] ForPrograms = ["/api", "/hubs", "/health", "/metrics", "/openapi"];

    public static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    public static bool IsPage(PathString path)
    {
        if (Array.Exists(ForPrograms, reserved => path.StartsWithSegments(reserved, StringComparison.OrdinalIgnoreCase))) return false;
        if (path.StartsWithSegments("/tours")) return true; // a tour's id may contain a dot
        var lastSegment = path.Value.AsSpan(path.Value.AsSpan().LastIndexOf('/') + 1);
        return !lastSegment.Contains('.'); // a missing file is 404: a script tag could not read a page
    }
}
