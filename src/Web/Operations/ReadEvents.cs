using System.Text.Json;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.EventLog;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Web.Operations;

/// <summary><c>GET /api/events?correlationId=</c> or <c>?bookingId=</c>: the logged events, in order, as they were published.</summary>
internal static class ReadEvents
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/api/events", RunAsync).RequireSignedIn(Roles.Operator).WithName("ListEvents").WithTags("Operations")
            .Produces<SuccessEnvelope<LoggedEventPage>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> RunAsync(
        string? correlationId, string? bookingId, string? limit, string? cursor, EventLogTable log, HttpContext context,
        CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor).IsRefused(out var refusal, out var paging)) return refusal;
        if (string.IsNullOrEmpty(correlationId) == string.IsNullOrEmpty(bookingId)
            || !RequestText.IsId(correlationId is { Length: > 0 } ? correlationId : bookingId))
            return RequestBody.Invalid("Say whose events: either correlationId or bookingId, 1 to 128 characters.", "no_such_filter");
        var found = await log.ListAsync(
            string.IsNullOrEmpty(correlationId) ? null : correlationId, string.IsNullOrEmpty(bookingId) ? null : bookingId, paging.Cursor,
            paging.Limit + 1, cancellationToken);
        if (found is null) return RequestBody.Invalid("cursor must be what the page before gave.", "bad_cursor");
        context.Response.Headers.CacheControl = "no-store";
        var page = found.Take(paging.Limit).ToArray();
        return TypedResults.Ok(new SuccessEnvelope<LoggedEventPage>(new LoggedEventPage(
            [.. page.Select(logged => JsonElement.Parse(logged.Body.TrimStart('\uFEFF')))], found.Count > page.Length ? page[^1].EventId : null)));
    }
}
