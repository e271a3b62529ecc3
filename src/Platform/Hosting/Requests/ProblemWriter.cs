using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace RealtimeTours.Platform.Hosting.Requests;

/// <summary>
/// Writes problems for clients that accept no JSON (<c>Accept: text/csv</c>). The framework's own writer declines them, and such a refusal would lack
/// the members that every other one has, or its body (RFC 9110 §15.5.7 allows an answer that was not asked for).
/// </summary>
internal sealed class ProblemWriter(IOptions<ProblemDetailsOptions> options) : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (problem, response) = (context.ProblemDetails, context.HttpContext.Response);
        problem.Status ??= response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        options.Value.CustomizeProblemDetails?.Invoke(context);
        await response.WriteAsJsonAsync(problem, options: null, MediaTypeNames.Application.ProblemJson);
    }
}
