using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using RealtimeTours.Platform.Messaging;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>Errors as RFC 9457 problems with <c>success: false</c>, <c>error</c> (one sentence) and <c>code</c> (stable, for programs).</summary>
public static class Problems
{
    private const string RetryAfterSeconds = "5"; // about the time a server takes to restart

    /// <param name="code">Such as <c>sold_out</c>; also the end of the problem's <c>type</c>.</param>
    /// <param name="sentence">For people; ends with a full stop.</param>
    /// <param name="extras">Additional members, such as <c>availableSpots</c>.</param>
    public static IResult Of(int status, string code, string sentence, params (string Name, object? Value)[] extras)
    {
        var problem = new ProblemDetails { Status = status, Type = TypeOf(code), Detail = sentence };
        problem.Extensions["code"] = code;
        foreach (var (name, value) in extras) problem.Extensions[name] = value;
        return TypedResults.Problem(problem);
    }

    /// <summary>Every problem passes through here, the framework's own included, so that all have the same members.</summary>
    internal static IServiceCollection AddProblems(this IServiceCollection services) =>
        services
            .AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            {
                if (IsLockTimeout(context.Exception))
                {
                    context.ProblemDetails.Extensions["code"] = "busy";
                    context.ProblemDetails.Detail = "Somebody else has been changing this for unusually long; nothing was done. Try again.";
                }
                Complete(context.ProblemDetails);
                if (context.ProblemDetails.Status == StatusCodes.Status503ServiceUnavailable) context.HttpContext.Response.Headers.RetryAfter =
                    RetryAfterSeconds;
            })
            .AddSingleton<IProblemDetailsWriter, ProblemWriter>() // after the framework's: for what that declines
            .Configure<ExceptionHandlerOptions>(options => options.StatusCodeSelector = StatusOf);

    private static void Complete(ProblemDetails problem)
    {
        var sentence = problem.Detail ?? problem.Status switch
        {
            StatusCodes.Status401Unauthorized => "Sign in first: the request has no valid bearer token.",
            StatusCodes.Status403Forbidden => "You are signed in but not allowed to do this.",
            StatusCodes.Status400BadRequest => "The request cannot be understood.",
            StatusCodes.Status404NotFound => "There is nothing at this address.",
            StatusCodes.Status405MethodNotAllowed => "This address does not answer this method; the header Allow names those it does.",
            StatusCodes.Status413PayloadTooLarge => "The request is too large.",
            StatusCodes.Status415UnsupportedMediaType => "Send the body with the header Content-Type: application/json.",
            StatusCodes.Status503ServiceUnavailable => "A server this needs is away; try again in a few seconds.",
            >= 500 => "Something went wrong on our side; the correlation id of this answer finds it in the log.",
            _ => $"{problem.Title ?? "The request cannot be answered"}.",
        };
        problem.Extensions["success"] = false;
        problem.Extensions["error"] = sentence;
        problem.Extensions.TryAdd("code", $"http_{problem.Status}");
        if (problem.Type is not { } type || !type.StartsWith("urn:", StringComparison.Ordinal))
            problem.Type = TypeOf((string)problem.Extensions["code"]!);
    }

    private static string TypeOf(string code) => $"urn:realtimetours:problem:{code}";

    // PostgreSQL's lock_not_available: the row stayed locked for longer than `lock_timeout`.
    private static bool IsLockTimeout(Exception? exception) => exception is DbException { SqlState: "55P03" };

    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        DbException or TimeoutException or EventBusUnavailableException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
