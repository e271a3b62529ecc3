using System.Security.Claims;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging.DeadLetters;

namespace RealtimeTours.Web.Operations;

/// <summary>
/// <c>POST /api/operations/dead-letters/requeue {"consumer", "id"?}</c> puts one dead letter, or all, back into the consumer's queue; <c>DELETE
/// /api/operations/dead-letters/{id}?consumer=</c> deletes one. The operator's user id is logged.
/// </summary>
internal sealed partial class ClearDeadLetters(IDeadLetters letters, DeadLetterCounts counts, ILogger<ClearDeadLetters> logger)
{
    private static IResult Gone => Problems.Of(
        StatusCodes.Status404NotFound, "no_such_dead_letter", "This dead letter is no longer there: somebody has requeued or deleted it.");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(
            "/api/operations/dead-letters/requeue", (HttpContext context, ClearDeadLetters clear, CancellationToken cancellationToken) =>
                clear.RequeueAsync(context, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithName("RequeueDeadLetters").WithTags("Operations")
            .Accepts<RequeueDeadLettersRequest>("application/json").Produces<SuccessEnvelope<RequeuedDeadLetters>>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        endpoints.MapDelete("/api/operations/dead-letters/{id}", (
                string id, string? consumer, HttpContext context, ClearDeadLetters clear, CancellationToken cancellationToken) =>
                clear.DeleteAsync(consumer, id, context.User, cancellationToken))
            .RequireSignedIn(Roles.Operator).WithName("DeleteDeadLetter").WithTags("Operations")
            .Produces<SuccessEnvelope<DeletedDeadLetter>>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<IResult> RequeueAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if ((await RequestBody.ReadAsync<RequeueDeadLettersRequest>(context.Request, cancellationToken))
            .IsRefused(out var badBody, out var body)) return badBody;
        if (ReadDeadLetters.Check(body.Consumer, counts) is { } refusal) return refusal;
        var requeued = body.Id switch
        {
            null => await letters.RequeueAllAsync(body.Consumer, cancellationToken),
            { } id => await letters.RequeueAsync(body.Consumer, id, cancellationToken) ? 1 : 0,
        };
        if (body.Id is not null && requeued == 0) return Gone;
        LogRequeued(logger, context.User.UserId(), requeued, body.Consumer);
        await counts.RefreshAsync(cancellationToken);
        return TypedResults.Ok(new SuccessEnvelope<RequeuedDeadLetters>(new RequeuedDeadLetters(body.Consumer, requeued)));
    }

    private async Task<IResult> DeleteAsync(string? consumer, string id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (ReadDeadLetters.Check(consumer, counts) is { } refusal) return refusal;
        if (!await letters.DeleteAsync(consumer!, id, cancellationToken)) return Gone;
        LogDeleted(logger, user.UserId(), id, consumer!);
        await counts.RefreshAsync(cancellationToken);
        return TypedResults.Ok(new SuccessEnvelope<DeletedDeadLetter>(new DeletedDeadLetter(consumer!, id)));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{UserId} requeued {Count} dead letters of {Consumer}")]
    private static partial void LogRequeued(ILogger logger, string userId, int count, string consumer);

    [LoggerMessage(Level = LogLevel.Information, Message = "{UserId} deleted dead letter {DeadLetter} of {Consumer}")]
    private static partial void LogDeleted(ILogger logger, string userId, string deadLetter, string consumer);
}
