using Dapper;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary><c>GET /api/tours/{id}/waiting-list</c>: the departures the caller waits for, and the seats held for them.</summary>
internal static class ReadWaitingList
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/tours/{id}/waiting-list", AnswerAsync).RequireSignedIn().WithName("ReadWaitingList").WithTags("Tours")
        .Produces<SuccessEnvelope<OwnWaitingListEntries>>();

    private static async Task<IResult> AnswerAsync(string id, HttpContext context, Database database, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        await using var connection = await database.OpenAsync(cancellationToken);
        // The query leaves out an expired offer: its row may exist for a moment longer, but its seats are held no more.
        var rows = await connection.QueryAsync<EntryRow>(new CommandDefinition($"""
            SELECT starts_at AS StartsAt, participants AS Participants, created_at AS CreatedAt, offer_expires_at AS OfferExpiresAt,
                   offered_seats AS OfferedSeats, passed_over AS PassedOver
            FROM waiting_list
            WHERE tour_id = @id AND user_id = @userId AND (offer_expires_at IS NULL OR offer_expires_at > {database.Dialect.Clock(TimeSpan.Zero)})
            ORDER BY starts_at
            """, new { id, userId = context.User.UserId() }, cancellationToken: cancellationToken));
        return TypedResults.Ok(new SuccessEnvelope<OwnWaitingListEntries>(new OwnWaitingListEntries(
            [.. rows.Select(row => new WaitingListEntry(
                id, row.StartsAt, row.Participants, row.CreatedAt, row.OfferExpiresAt, row.OfferedSeats, row.PassedOver))])));
    }

    private sealed class EntryRow
    {
        public DateTimeOffset StartsAt { get; set; }
        public int Participants { get; set; }
        public DateTimeOffset CreatedAt { get; set; }
        public DateTimeOffset? OfferExpiresAt { get; set; }
        public int OfferedSeats { get; set; }
        public int PassedOver { get; set; }
    }
}
