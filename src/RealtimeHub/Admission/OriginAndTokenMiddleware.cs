using Microsoft.AspNetCore.Authentication;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>
/// Checks origin and token before a socket opens (CORS does not cover WebSockets). A client without <c>Origin</c> is not a browser, one without a
/// token is anonymous; both are allowed.
/// </summary>
internal sealed class OriginAndTokenMiddleware(
    RequestDelegate next, AllowedOrigins origins, HubMetrics metrics, ILogger<OriginAndTokenMiddleware> logger)
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
        // A CORS preflight carries no token. A client whose Authorization header has another scheme (a proxy's Basic) is anonymous.
        if (!HttpMethods.IsOptions(context.Request.Method) && (await context.AuthenticateAsync()).Failure is not null)
        {
            metrics.Refused(RefusalReason.Token);
            await context.ChallengeAsync(); // 401 with the reason (RFC 6750 §3.1)
            return;
        }
        await next(context);
    }
}
