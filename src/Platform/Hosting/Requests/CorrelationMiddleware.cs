using Microsoft.AspNetCore.Http;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>Gives each request a correlation id, from <c>X-Correlation-Id</c> or new, for its response, log lines and events.</summary>
internal sealed class CorrelationMiddleware(RequestDelegate next)
{
    public const string Header = "X-Correlation-Id";

    public async Task InvokeAsync(HttpContext context)
    {
        var sent = context.Request.Headers[Header].ToString();
        CorrelationContext.Begin(IsUsable(sent) ? sent : null);
        var id = CorrelationContext.Id;
        context.Response.OnStarting(static started =>
        {
            var (response, id) = ((HttpResponse, string))started;
            response.Headers[Header] = id; // set late: the exception handler clears headers
            return Task.CompletedTask;
        }, (context.Response, id));
        await next(context);
    }

    // The id is copied into headers, events and logs: printable ASCII without spaces, at most as long as any other id.
    private static bool IsUsable(string id) =>
        id.Length is > 0 and <= EventEnvelope.MaxIdLength && id.All(c => c is > ' ' and < (char)127);
}
