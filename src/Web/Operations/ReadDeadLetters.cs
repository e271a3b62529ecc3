using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging.DeadLetters;

namespace RealtimeTours.Web.Operations;

/// <summary><c>GET /api/operations/dead-letters?consumer=realtime-hub&amp;limit=50</c>: the oldest dead letters with reason and body.</summary>
internal static class ReadDeadLetters
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/operations/dead-letters", RunAsync).RequireSignedIn(Roles.Operator).WithName("ListDeadLetters").WithTags("Operations")
            .Produces<SuccessEnvelope<DeadLetterPage>>().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <returns>The error answer if there is no such consumer, else null.</returns>
    public static IResult? Check(string? consumer, DeadLetterCounts known) => known.Consumers.Contains(consumer)
        ? null
        : string.IsNullOrEmpty(consumer)
            ? RequestBody.Invalid($"Say whose dead letters: consumer is one of {string.Join(", ", known.Consumers)}.", "no_consumer")
            : Problems.Of(
                StatusCodes.Status404NotFound, "no_such_consumer", $"There is no such consumer; there are {string.Join(", ", known.Consumers)}.");

    private static async Task<IResult> RunAsync(
        string? consumer, string? limit, IDeadLetters letters, DeadLetterCounts known, HttpContext context, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor: null).IsRefused(out var badPaging, out var paging)) return badPaging;
        if (Check(consumer, known) is { } refusal) return refusal;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SuccessEnvelope<DeadLetterPage>(await letters.ListAsync(consumer!, paging.Limit, cancellationToken)));
    }
}
