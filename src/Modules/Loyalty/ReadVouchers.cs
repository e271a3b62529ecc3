using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Loyalty;

/// <summary><c>GET /api/loyalty/vouchers</c>: the caller's own, newest first. Whether one is used is the bookings' knowledge.</summary>
internal static class ReadVouchers
{
    public const string Path = "/api/loyalty/vouchers";

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet(Path, AnswerAsync).RequireSignedIn().WithName("ReadVouchers").WithTags("Loyalty")
        .Produces<SuccessEnvelope<VoucherList>>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> AnswerAsync(
        string? limit, string? cursor, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        if (Paging.Read(limit, cursor).IsRefused(out var refusal, out var paging)) return refusal;
        // The cursor is the last code of a page; what comes after it is older.
        var after = paging.Cursor is null ? ""
            : "AND created_at < (SELECT created_at FROM loyalty_vouchers WHERE code = @cursor AND user_id = @userId)";
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition($"""
            SELECT code AS Code, amount_minor AS AmountMinor, currency AS Currency, expires_at AS ExpiresAt
            FROM loyalty_vouchers WHERE user_id = @userId {after} ORDER BY created_at DESC LIMIT @limit
            """, new { userId = context.User.UserId(), cursor = paging.Cursor, limit = paging.Limit + 1 }, cancellationToken: cancellationToken)))
            .AsList();
        var page = rows.Take(paging.Limit).Select(row => row.ToView()).ToArray();
        return TypedResults.Ok(new SuccessEnvelope<VoucherList>(new VoucherList(page, rows.Count > paging.Limit ? page[^1].Code : null)));
    }

    private sealed class Row
    {
        public string Code { get; set; } = "";
        public long AmountMinor { get; set; }
        public string Currency { get; set; } = "";
        public DateTimeOffset ExpiresAt { get; set; }

        public VoucherView ToView() => new(Code, Currencies.FromMinor(AmountMinor, Currency), Currency, ExpiresAt);
    }
}
