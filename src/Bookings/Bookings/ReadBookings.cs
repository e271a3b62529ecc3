using Dapper;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.Bookings;

/// <summary><c>GET /api/bookings</c> (newest first) and <c>GET /api/bookings/{id}</c>: the caller's own; another user's is a 404.</summary>
internal static class ReadBookings
{
    public static Refusal NotFound => new(404, "no_such_booking", "You have no such booking.");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/bookings", ListAsync).RequireSignedIn().WithName("ListBookings").WithTags("Bookings")
            .Produces<SuccessEnvelope<BookingPage>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        endpoints.MapGet("/api/bookings/{id}", OneAsync).RequireSignedIn().WithName("GetBooking").WithTags("Bookings")
            .Produces<SuccessEnvelope<BookingAnswer>>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        string? limit, string? cursor, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor).IsRefused(out var refusal, out var paging)) return refusal;
        // Ids sort by time of creation: the cursor is the last id of a page.
        var after = paging.Cursor is null ? "" : "AND b.id < @cursor";
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = (await connection.QueryAsync<BookingRow>(new CommandDefinition(
            $"SELECT {BookingRow.Columns} FROM bookings b WHERE b.user_id = @userId {after} ORDER BY b.id DESC LIMIT @limit",
            new { userId = context.User.UserId(), cursor = paging.Cursor, limit = paging.Limit + 1 }, cancellationToken: cancellationToken)))
            .AsList();
        var page = rows.Take(paging.Limit).Select(row => row.ToView()).ToArray();
        return TypedResults.Ok(new SuccessEnvelope<BookingPage>(new BookingPage(page, rows.Count > paging.Limit ? page[^1].Id : null)));
    }

    private static async Task<IResult> OneAsync(string id, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        if (!RequestText.IsId(id)) return NotFound.ToResult();
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QueryFirstOrDefaultAsync<BookingRow>(new CommandDefinition(
            $"SELECT {BookingRow.Columns} FROM bookings b WHERE b.id = @id AND b.user_id = @userId",
            new { id, userId = context.User.UserId() }, cancellationToken: cancellationToken));
        return row is null ? NotFound.ToResult() : TypedResults.Ok(new SuccessEnvelope<BookingAnswer>(new BookingAnswer(row.ToView())));
    }
}
