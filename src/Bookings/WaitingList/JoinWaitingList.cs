using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Idempotency;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary><c>POST /api/tours/{id}/waiting-list</c>: for a party that finds no seats. A repeated call changes the party, not its place.</summary>
internal static class JoinWaitingList
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/tours/{id}/waiting-list", async (
            string id, HttpContext context, Database database, SeatInventory inventory, TimeProvider time, CancellationToken cancellationToken) =>
        {
            if ((await RequestBody.ReadAsync<JoinWaitingListRequest>(context.Request, cancellationToken))
                .IsRefused(out var badBody, out var body)) return badBody;
            if (body.Participants is < 1 or > Limits.MaxParticipants)
                return RequestBody.Invalid($"participants must be a whole number from 1 to {Limits.MaxParticipants}.");
            if (!RequestText.IsId(id)) return DepartureRefusals.NoSuchTour.ToResult();
            return await database.InTransactionAsync(
                transaction => JoinAsync(transaction, inventory, id, context.User.UserId(), body, time.GetUtcNow()), cancellationToken);
        })
        .RequireSignedIn()
        .WithName("JoinWaitingList").WithTags("Tours")
        .Accepts<JoinWaitingListRequest>("application/json")
        .Produces<SuccessEnvelope<WaitingListEntry>>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> JoinAsync(
        WriteTransaction transaction, SeatInventory inventory, string tourId, string userId, JoinWaitingListRequest body, DateTimeOffset now)
    {
        if (await inventory.LockAsync(transaction, tourId, body.Date) is not { } departure)
            return (await DepartureRefusals.NotFoundAsync(transaction, tourId)).ToResult();
        if (WhyNot(departure, body.Participants, now) is { } refusal) return refusal.ToResult();

        var createdAt = await transaction.FirstOrDefaultAsync<DateTimeOffset>("""
            INSERT INTO waiting_list (tour_id, starts_at, user_id, participants, created_at) VALUES (@tourId, @StartsAt, @userId, @Participants, @now)
            ON CONFLICT (tour_id, starts_at, user_id) DO UPDATE SET participants = excluded.participants
            WHERE waiting_list.offer_expires_at IS NULL RETURNING created_at
            """, new { tourId, departure.StartsAt, userId, body.Participants, now });
        if (createdAt == default) return Problems.Of(409, "seats_held", "Seats are held for you on this departure: book them.");
        return TypedResults.Created((string?)null, new SuccessEnvelope<WaitingListEntry>(
            new WaitingListEntry(tourId, departure.StartsAt, body.Participants, createdAt)));
    }

    private static Refusal? WhyNot(Departure departure, int participants, DateTimeOffset now) => departure.Seats switch
    {
        _ when departure.StartsAt <= now => DepartureRefusals.Departed,
        { Capacity: var capacity } when participants > capacity =>
            new Refusal(409, "party_too_large", $"This departure has {capacity} seats in all."),
        { Closed: false, Available: var left } when left >= participants =>
            new Refusal(409, "seats_available", "There are seats for this party: book them.", left),
        _ => null,
    };
}
