using System.Security.Cryptography;
using System.Text;

namespace RealtimeTours.Simulation.Supplier;

/// <summary>The pipeline of every request: latency, rate limit, random failures, the key, and errors in OCTO's words.</summary>
internal sealed class SimulatedSupplierGate(SimulatedSupplierOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _minute;
    private int _requestsThisMinute;

    public int Requests => _requests;

    private int _requests;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _requests);
        context.Response.Headers[OctoCapabilities.Header] = OctoCapabilities.Of(context.Request).ToString();
        var isAdmin = context.Request.Path.StartsWithSegments(SimulatedSupplierAdmin.Path); // a call that switches errors off must not fail with one
        try
        {
            if (isAdmin)
            {
                CheckKey(context.Request);
                await next(context);
                return;
            }
            if (options.Think() is { Ticks: > 0 } latency) await Task.Delay(latency, context.RequestAborted);
            if (SecondsOverLimit() is { } seconds)
            {
                await RefuseAsync(context, seconds);
                return;
            }
            if (Random.Shared.NextDouble() < options.ErrorRate) throw OctoError.Internal();
            CheckHeaders(context.Request);
            await next(context);
            if (context.GetEndpoint() is null) throw new OctoError("NOT_FOUND", "Resource not found", status: 404);
        }
        catch (OctoError error)
        {
            await OctoJson.WriteAsync(context, error.Body, error.Status);
        }
    }

    private void CheckHeaders(HttpRequest request)
    {
        CheckKey(request);
        if (!request.Headers.ContainsKey(OctoCapabilities.Header))
            throw OctoError.BadRequest("The Octo-Capabilities header is required, empty for none");
    }

    private void CheckKey(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) throw OctoError.Unauthorized();
        var sent = Encoding.UTF8.GetBytes(authorization["Bearer ".Length..].Trim());
        if (!CryptographicOperations.FixedTimeEquals(sent, Encoding.UTF8.GetBytes(options.ApiKey))) throw OctoError.Forbidden();
    }

    /// <returns>Null within the rate limit, otherwise the seconds until the next request is accepted.</returns>
    private int? SecondsOverLimit()
    {
        if (options.RequestsPerMinute is not { } limit) return null;
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var minute = now.UtcTicks / TimeSpan.TicksPerMinute;
            if (minute != _minute) (_minute, _requestsThisMinute) = (minute, 0);
            return ++_requestsThisMinute > limit ? 60 - now.Second : null;
        }
    }

    private Task RefuseAsync(HttpContext context, int seconds)
    {
        var body = new Dictionary<string, object?> { ["error"] = "TOO_MANY_REQUESTS", ["errorMessage"] = "Too many requests" };
        switch (options.RateLimitAnswer)
        {
            case RateLimitAnswer.Status400:
                body["retryAfter"] = seconds;
                return OctoJson.WriteAsync(context, body, StatusCodes.Status400BadRequest);
            case RateLimitAnswer.Status503:
                context.Response.Headers.RetryAfter = time.GetUtcNow().AddSeconds(seconds).ToString("R");
                return OctoJson.WriteAsync(context, body, StatusCodes.Status503ServiceUnavailable);
            default:
                context.Response.Headers.RetryAfter = seconds.ToString();
                return OctoJson.WriteAsync(context, body, StatusCodes.Status429TooManyRequests);
        }
    }
}
