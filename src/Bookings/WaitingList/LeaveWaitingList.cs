using Microsoft.AspNetCore.Mvc;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Messaging;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary><c>DELETE /api/tours/{id}/waiting-list?date=</c>: the caller waits no more; seats held for them go to the next in line. Asking again changes nothing.</summary>
internal static class LeaveWaitingList
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapDelete("/api/tours/{id}/waiting-list", async (
            string id, [FromQuery] DateTimeOffset date, HttpContext context, Database database, WaitingListOffers waitingList, EventFactory events, TimeProvider time,
            CancellationToken cancellationToken) =>
        {
            await database.InTransactionAsync(
                transaction => LeaveAsync(transaction, waitingList, events, id, date, context.User.UserId(), time.GetUtcNow()), cancellationToken);
            return TypedResults.NoContent();
        })
        .RequireSignedIn()
        .WithName("LeaveWaitingList").WithTags("Tours")
        .Produces(StatusCodes.Status204NoContent)
        .ProducesProblem(StatusCodes.Status400BadRequest);

    // The departure first, then its waiting list: always in this order.
    private static async Task LeaveAsync(
        WriteTransaction transaction, WaitingListOffers waitingList, EventFactory events, string tourId, DateTimeOffset date, string userId, DateTimeOffset now)
    {
        await DepartureSeats.FindAsync(transaction, tourId, date);
        var freed = await WaitingListOffers.LeaveAsync(transaction, tourId, date, userId, AvailabilityReasons.Cancellation, now);
        if (freed is not null) transaction.Announce(DepartureChange.Events(events, await waitingList.OfferAsync(transaction, freed, now)));
    }
}
