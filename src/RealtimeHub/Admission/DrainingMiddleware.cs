using RealtimeTours.RealtimeHub.Telemetry;

namespace RealtimeTours.RealtimeHub.Admission;

/// <summary>Refuses new connections while the node drains; the load balancer or the client tries another node.</summary>
internal sealed class DrainingMiddleware(RequestDelegate next, HubDrain drain, HubMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!drain.IsRefusing || !HubRequest.IsNewcomer(context.Request)) return next(context);
        metrics.Refused(RefusalReason.Draining);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "1";
        return context.Response.WriteAsync("This node is stopping; connect to another one.");
    }
}
