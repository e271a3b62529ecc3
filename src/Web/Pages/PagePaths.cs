namespace RealtimeTours.Web.Pages;

/// <summary>Which addresses are a visitor's and which are for programs.</summary>
internal static class PagePaths
{
    /// <summary>Under these an unknown path is a program's mistake and answered 404, never with a page.</summary>
    private static readonly string[] ForPrograms = ["/api", "/hubs", "/health", "/metrics", "/openapi"];

    public static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    public static bool IsPage(PathString path)
    {
        if (Array.Exists(ForPrograms, reserved => path.StartsWithSegments(reserved, StringComparison.OrdinalIgnoreCase))) return false;
        if (path.StartsWithSegments("/tours")) return true; // a tour's id may hold a dot
        var lastSegment = path.Value.AsSpan(path.Value.AsSpan().LastIndexOf('/') + 1);
        return !lastSegment.Contains('.'); // a missing file is a 404, not a page that a script tag cannot read
    }
}
