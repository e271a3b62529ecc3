using Microsoft.AspNetCore.Authentication;
using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>
/// Decides before a socket opens who may come in: a browser only from an allowed origin (CORS does not cover WebSockets), a token only if it is valid.
/// No <c>Origin</c> is no browser, no token is anonymous; both are welcome.
/// </summary>
internal sealed class OriginAndTokenMiddleware(RequestDelegate next, AllowedOrigins origins, HubMetrics metrics, ILogger<OriginAndTokenMiddleware> logger)
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
        // A CORS preflight carries no token. Nor does an Authorization header of another scheme (a proxy's Basic): who sends only that is anonymous.
        if (!HttpMethods.IsOptions(context.Request.Method) && (await context.AuthenticateAsync()).Failure is not null)
        {
            metrics.Refused(RefusalReason.Token);
            await context.ChallengeAsync(); // 401 with the reason (RFC 6750 §3.1)
            return;
        }
        await next(context);
    }
}
