using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary><c>POST /api/tours/{id}/waiting-list</c>: for a party that finds no seats. Asking again changes the party, not the place in the line.</summary>
internal static class JoinWaitingList
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/tours/{id}/waiting-list", async (
            string id, HttpContext context, Database database, TimeProvider time, CancellationToken cancellationToken) =>
        {
            var (body, badBody) = await RequestBody.ReadAsync<JoinWaitingListRequest>(context.Request, cancellationToken);
            if (badBody is not null) return badBody;
            if (body!.Participants is < 1 or > Limits.MaxParticipants)
                return RequestBody.Invalid($"participants must be a whole number from 1 to {Limits.MaxParticipants}.");
            if (!RequestText.IsId(id)) return NoSuchTour;
            return await database.InTransactionAsync(
                transaction => JoinAsync(transaction, id, context.User.UserId(), body, time.GetUtcNow()), cancellationToken);
        })
        .RequireSignedIn()
        .WithName("JoinWaitingList").WithTags("Tours")
        .Accepts<JoinWaitingListRequest>("application/json")
        .Produces<SuccessEnvelope<WaitingListEntry>>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> JoinAsync(WriteTransaction transaction, string tourId, string userId, JoinWaitingListRequest body, DateTimeOffset now)
    {
        var seats = await transaction.FirstOrDefaultAsync<Seats>($"""
            SELECT starts_at AS StartsAt, capacity AS Capacity, available_spots AS AvailableSpots, closed AS Closed
            FROM departures WHERE tour_id = @tourId AND starts_at = @Date {transaction.Dialect.ForUpdate}
            """, new { tourId, body.Date });
        var tourExists = seats is not null
            || await transaction.FirstOrDefaultAsync<int>("SELECT COUNT(*) FROM tours WHERE id = @tourId", new { tourId }) > 0;
        if (WhyNot(tourExists, seats, body.Participants, now) is { } refusal) return refusal;

        var createdAt = await transaction.FirstOrDefaultAsync<DateTimeOffset>("""
            INSERT INTO waiting_list (tour_id, starts_at, user_id, participants, created_at) VALUES (@tourId, @StartsAt, @userId, @Participants, @now)
            ON CONFLICT (tour_id, starts_at, user_id) DO UPDATE SET participants = excluded.participants
            WHERE waiting_list.offer_expires_at IS NULL RETURNING created_at
            """, new { tourId, seats!.StartsAt, userId, body.Participants, now });
        if (createdAt == default) return Problems.Of(409, "seats_held", "Seats are held for you on this departure: book them.");
        return TypedResults.Created((string?)null, new SuccessEnvelope<WaitingListEntry>(
            new WaitingListEntry(tourId, seats.StartsAt, body.Participants, createdAt)));
    }

    internal static IResult? WhyNot(bool tourExists, Seats? seats, int participants, DateTimeOffset now) => seats switch
    {
        null => tourExists
            ? Problems.Of(404, "no_such_departure", "The tour has no departure at this date; take one of those the tour lists.")
            : NoSuchTour,
        _ when seats.StartsAt <= now => Problems.Of(409, "departed", "This departure has already started."),
        _ when participants > seats.Capacity => Problems.Of(409, "party_too_large", $"This departure has {seats.Capacity} seats in all."),
        { Closed: false } when seats.AvailableSpots >= participants => Problems.Of(
            409, "seats_available", "There are seats for this party: book them.", ("availableSpots", seats.AvailableSpots)),
        _ => null,
    };

    private static IResult NoSuchTour => Problems.Of(404, "no_such_tour", "There is no such tour.");

    internal sealed class Seats
    {
        public DateTimeOffset StartsAt { get; set; }
        public int Capacity { get; set; }
        public int AvailableSpots { get; set; }
        public bool Closed { get; set; }
    }
}
