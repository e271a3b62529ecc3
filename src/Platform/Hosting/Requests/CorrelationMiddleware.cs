using Microsoft.AspNetCore.Http;
using RealtimeTours.Platform.Correlation;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>Gives every request a correlation id (the caller's <c>X-Correlation-Id</c>, or a new one), puts it on the answer, the log and the events it causes.</summary>
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
            response.Headers[Header] = id; // as late as this, since the exception handler clears headers
            return Task.CompletedTask;
        }, (context.Response, id));
        await next(context);
    }

    // It is copied into headers, events and logs: printable ASCII without spaces, as long as any id.
    private static bool IsUsable(string id) =>
        id.Length is > 0 and <= EventEnvelope.MaxIdLength && id.All(c => c is > ' ' and < (char)127);
}
