using Microsoft.AspNetCore.Authentication;
using RealtimeTours.RealtimeHub.Guarding;

namespace RealtimeTours.RealtimeHub.Watching;

/// <summary>
/// Decides before a socket opens who may come in: a browser only from an allowed origin (CORS does not cover WebSockets), a token only if it is valid.
/// No <c>Origin</c> is no browser, no token is anonymous; both are welcome.
/// </summary>
internal sealed class HubDoor(RequestDelegate next, AllowedOrigins origins, HubMetrics metrics, ILogger<HubDoor> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue("Origin", out var origin) && !origins.Contains(origin.ToString()))
        {
            metrics.Refused(RefusalReason.Origin);
            HubLog.OriginRefused(logger, origin.ToString());
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("This origin may not connect.");
            return;
        }
        // A CORS preflight carries no token.
        if (!HttpMethods.IsOptions(context.Request.Method) && CarriesToken(context.Request) && !await IsValidAsync(context))
        {
            metrics.Refused(RefusalReason.Token);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\""; // RFC 6750 §3.1
            return;
        }
        await next(context);
    }

    private static bool CarriesToken(HttpRequest request) =>
        request.Headers.ContainsKey("Authorization") || !string.IsNullOrEmpty(request.Query["access_token"]);

    // A token that no scheme is there to check is not valid either.
    private static async Task<bool> IsValidAsync(HttpContext context)
    {
        var schemes = context.RequestServices.GetService<IAuthenticationSchemeProvider>();
        if (schemes is null || await schemes.GetDefaultAuthenticateSchemeAsync() is null) return false;
        var result = await context.AuthenticateAsync();
        if (!result.Succeeded) return false;
        // Assigning the user alone would drop when the token ends, and the connection would outlive it.
        if (context.Features.Get<IAuthenticateResultFeature>() is { } feature) feature.AuthenticateResult = result;
        else context.User = result.Principal;
        return true;
    }
}
