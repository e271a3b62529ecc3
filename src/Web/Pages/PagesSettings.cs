using RealtimeTours.Contracts.Hub;
using RealtimeTours.Platform.Configuration;
using RealtimeTours.Platform.Hosting;
using RealtimeTours.Platform.Hosting.Tokens;

namespace RealtimeTours.Web.Pages;

/// <summary>The hub's address for browsers.</summary>
/// <param name="HubUrl">
/// The hub's public address; without scheme and host if it is below the pages' path; null if it is the page's own host name with
/// <paramref name="HubPort"/>.
/// </param>
internal sealed record PagesSettings(string? HubUrl, int HubPort)
{
    public static PagesSettings Read(IConfiguration configuration)
    {
        var port = configuration.WholeNumber("WEBSOCKET_PORT", "WebSocket:Port", ListenAddresses.HubPort, min: 0, max: 65_535);
        return new PagesSettings(HubAddress(configuration.Text("HUB_PUBLIC_URL", "Pages:HubUrl")) ?? HubBelow(configuration), port);
    }

    // A proxy that shows one path of its own does not show another port, but in one process the hub answers on the pages' port too.
    private static string? HubBelow(IConfiguration configuration) =>
        PathBase.Read(configuration) is { Length: > 0 } pathBase && configuration.Text("RABBITMQ_URL", "ConnectionStrings:RabbitMq") is null
            ? pathBase + HubContract.Path
            : null;

    public BrowserConfig ForBrowsers(IHostEnvironment environment, TokenIssuer issuer) =>
        new(HubUrl, HubPort, DemoSignIn: environment.IsDevelopment(), Accounts: issuer.KeepsAccounts, environment.EnvironmentName);

    /// <summary>An address without a path gets the hub's default path; a load balancer may serve the hub under another one.</summary>
    private static string? HubAddress(string? text)
    {
        if (text is null) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new InvalidSettingException($"HUB_PUBLIC_URL is '{text}' but must be an http or https address such as https://live.example.com.");
        return uri.AbsolutePath == "/" ? new Uri(uri, HubContract.Path).ToString() : uri.ToString();
    }
}

/// <summary><c>GET /config.json</c>.</summary>
/// <param name="DemoSignIn">Whether <c>POST /api/dev/token</c> issues tokens here.</param>
/// <param name="Accounts">Whether people sign up and sign in here, rather than at an identity provider.</param>
internal sealed record BrowserConfig(string? HubUrl, int HubPort, bool DemoSignIn, bool Accounts, string Environment);
