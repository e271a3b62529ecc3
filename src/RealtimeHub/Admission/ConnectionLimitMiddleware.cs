using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using RealtimeTours.RealtimeHub.Configuration;
using RealtimeTours.RealtimeHub.Telemetry;
using RealtimeTours.RealtimeHub.Watching;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>Limits open connections per address. Behind a load balancer it needs ASP.NET Core's forwarded headers.</summary>
internal sealed class ConnectionLimitMiddleware(
    RequestDelegate next, OpenTransports transports, IOptions<RealtimeHubOptions> options, HubMetrics metrics, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var remote = context.Connection.RemoteIpAddress;
        if (HubRequest.IsNegotiation(context.Request) && !transports.TryNegotiate(remote))
        {
            await RefuseAsync(context, RefusalReason.NegotiationsOfAddress);
            return;
        }
        if (!HubRequest.IsTransport(context.Request) || transports.IsCounted(context.Request))
        {
            await next(context);
            return;
        }
        if (!transports.TryOpen(remote))
        {
            await RefuseAsync(context, RefusalReason.ConnectionsOfAddress);
            return;
        }
        var place = new OpenTransport(transports, remote);
        context.Items[typeof(OpenTransport)] = place;
        try
        {
            await next(context); // returns when the socket closes, or the first poll is answered
        }
        finally
        {
            place.Release();
            CountEnd(context);
        }
    }

    // SignalR closes both kinds without a notice: connections without a handshake, and those whose token expired.
    private void CountEnd(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest || context.Response.StatusCode != StatusCodes.Status101SwitchingProtocols) return;
        if (!context.Items.ContainsKey(typeof(Subscribers))) metrics.Refused(RefusalReason.NoHandshake);
        else if (context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc <= time.GetUtcNow())
            metrics.Refused(RefusalReason.TokenExpired);
    }

    private Task RefuseAsync(HttpContext context, string reason)
    {
        metrics.Refused(reason);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = "5";
        return context.Response.WriteAsync(
            $"Your address has {options.Value.MaxConnectionsPerAddress} connections, as many as RealtimeHub:MaxConnectionsPerAddress allows.");
    }
}
