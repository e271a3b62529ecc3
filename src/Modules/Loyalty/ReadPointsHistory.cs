using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary><c>GET /api/loyalty/transactions</c>: how the caller's points came and went, newest first.</summary>
internal static class ReadPointsHistory
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/loyalty/transactions", AnswerAsync).RequireSignedIn().WithName("ReadPointsHistory").WithTags("Loyalty")
        .Produces<SuccessEnvelope<PointsHistory>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> AnswerAsync(
        string? limit, string? cursor, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor).IsRefused(out var refusal, out var paging)) return refusal;
        // The cursor is the last id of a page; what comes after it is older.
        var after = paging.Cursor is null ? ""
            : "AND created_at < (SELECT created_at FROM loyalty_transactions WHERE id = @cursor AND user_id = @userId)";
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition($"""
            SELECT id AS Id, type AS Type, points AS Points, reason AS Reason, booking_id AS BookingId, tour_id AS TourId, tour_name AS TourName,
                   created_at AS CreatedAt
            FROM loyalty_transactions WHERE user_id = @userId {after} ORDER BY created_at DESC LIMIT @limit
            """, new { userId = context.User.UserId(), cursor = paging.Cursor, limit = paging.Limit + 1 }, cancellationToken: cancellationToken)))
            .AsList();
        var page = rows.Take(paging.Limit).Select(row => row.ToView()).ToArray();
        return TypedResults.Ok(new SuccessEnvelope<PointsHistory>(new PointsHistory(page, rows.Count > paging.Limit ? page[^1].Id : null)));
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";
        public string Type { get; set; } = "";
        public int Points { get; set; }
        public string Reason { get; set; } = "";
        public string? BookingId { get; set; }
        public string? TourId { get; set; }
        public string? TourName { get; set; }
        public DateTimeOffset CreatedAt { get; set; }

        public PointsTransactionView ToView() => new(Id, Type, Points, Reason, BookingId, TourId, TourName, CreatedAt);
    }
}
