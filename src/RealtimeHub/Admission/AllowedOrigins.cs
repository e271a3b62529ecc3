using RealtimeTours.Platform.Configuration;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>The browser origins that may connect (RFC 6454): scheme, host and port, nothing else.</summary>
internal sealed class AllowedOrigins
{
    private readonly HashSet<string> _origins;

    private AllowedOrigins(IEnumerable<string> origins) => _origins = new HashSet<string>(origins, StringComparer.OrdinalIgnoreCase);

    public string[] All => [.. _origins];

    /// <exception cref="InvalidSettingException">An entry is not an origin.</exception>
    public static AllowedOrigins Read(IConfiguration configuration)
    {
        var text = configuration.Text("WEBSOCKET_CORS_ORIGIN", "WebSocket:CorsOrigin") ?? "http://localhost:3000";
        return new AllowedOrigins(text.Split(',', StringSplitOptions.TrimEntries)
            .Select(entry => Normalised(entry) ?? throw new InvalidSettingException(
                $"WEBSOCKET_CORS_ORIGIN contains '{entry}' but must list origins such as https://tours.example, separated by commas; there is no " +
                $"wildcard.")));
    }

    public bool Contains(string origin) => Normalised(origin) is { } normalised && _origins.Contains(normalised);

    private static string? Normalised(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" }
            ? uri.GetLeftPart(UriPartial.Authority)
            : null;
}
