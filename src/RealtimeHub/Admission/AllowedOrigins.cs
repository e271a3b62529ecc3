using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>The browser origins that may connect (RFC 6454): scheme, host and port. One spelling for the socket's check and for CORS.</summary>
internal sealed class AllowedOrigins
{
    // Pages do not come from these, so such an entry is a mistake. Any other scheme may be a packaged app's own: capacitor://localhost.
    private static readonly string[] SchemesWithoutPages = [Uri.UriSchemeWs, Uri.UriSchemeWss, Uri.UriSchemeFtp, Uri.UriSchemeFile];

    private readonly HashSet<string> _origins;

    private AllowedOrigins(IEnumerable<string> origins) => _origins = [.. origins];

    /// <exception cref="InvalidSettingException">An entry is not an origin.</exception>
    public static AllowedOrigins Read(IConfiguration configuration)
    {
        var text = configuration.Text("WEBSOCKET_CORS_ORIGIN", "WebSocket:CorsOrigin") ?? "http://localhost:3000";
        return new AllowedOrigins(text.Split(',', StringSplitOptions.TrimEntries)
            .Select(entry => Normalised(entry) ?? throw new InvalidSettingException(
                $"WEBSOCKET_CORS_ORIGIN contains '{entry}' but must list origins such as https://tours.example or capacitor://localhost, separated " +
                $"by commas; there is no wildcard.")));
    }

    public bool Contains(string origin) => Normalised(origin) is { } normalised && _origins.Contains(normalised);

    // Lower case, an international host in ASCII (browsers send https://xn--mnchen-3ya.example), no port where it is the scheme's own.
    private static string? Normalised(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && !SchemesWithoutPages.Contains(uri.Scheme)
            && uri is { Host.Length: > 0, PathAndQuery: "/", UserInfo: "", Fragment: "" }
            ? $"{uri.Scheme}://{(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}"
            : null;
}
