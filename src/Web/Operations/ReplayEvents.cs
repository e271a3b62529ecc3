using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.EventLog;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging.DeadLetters;

namespace RealtimeTours.Web.Operations;

/// <summary><c>POST /api/events/replay {"from", "to", "consumer", "correlationId"?}</c> puts logged events into one consumer's queue again.</summary>
internal sealed partial class ReplayEvents(EventReplay replay, DeadLetterCounts known, ILogger<ReplayEvents> logger)
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/events/replay", (HttpContext context, ReplayEvents replay, CancellationToken cancellationToken) =>
            replay.RunAsync(context, cancellationToken))
        .RequireSignedIn(Roles.Operator).WithName("ReplayEvents").WithTags("Operations")
        .Accepts<ReplayEventsRequest>("application/json").Produces<SuccessEnvelope<ReplayedEvents>>()
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private async Task<IResult> RunAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if ((await RequestBody.ReadAsync<ReplayEventsRequest>(context.Request, cancellationToken))
            .IsRefused(out var badBody, out var body)) return badBody;
        if ((ReadDeadLetters.Check(body.Consumer, known) ?? WhatIsWrong(body)) is { } refusal) return refusal;
        var (consumer, span) = (body.Consumer, new EventSpan(body.From, body.To, body.CorrelationId));
        var result = await replay.RunAsync(span, consumer, cancellationToken);
        LogReplayed(logger, context.User.UserId(), result.Sent, span.From, span.To, consumer, result.Outcome);
        return result.Outcome switch
        {
            ReplayOutcome.TooMany =>
                RequestBody.Invalid($"The span holds more than {EventReplay.MaxEvents} events; replay it in parts.", "too_many_events"),
            ReplayOutcome.NoQueue => Problems.Of(StatusCodes.Status409Conflict, "no_queue", $"{consumer} has no queue: it has never run."),
            _ => TypedResults.Ok(new SuccessEnvelope<ReplayedEvents>(new ReplayedEvents(consumer, result.Sent))),
        };
    }

    private static IResult? WhatIsWrong(ReplayEventsRequest body) => body switch
    {
        _ when body.From >= body.To => RequestBody.Invalid("from must be earlier than to.", "bad_span"),
        { CorrelationId: not null } when !RequestText.IsId(body.CorrelationId) =>
            RequestBody.Invalid("correlationId must have 1 to 128 characters.", "bad_correlation_id"),
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "{UserId} replayed {Count} events from {From} to {To} into {Consumer}: {Outcome}")]
    private static partial void LogReplayed(
        ILogger logger, string userId, int count, DateTimeOffset from, DateTimeOffset to, string consumer, ReplayOutcome outcome);
}
