using Microsoft.AspNetCore.Mvc;
using RealtimeTours.Bookings.Departures;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Bookings.WaitingList;

/// <summary><c>DELETE /api/tours/{id}/waiting-list?date=</c>: takes the caller off the list; held seats go to the next in line. Idempotent.</summary>
internal static class LeaveWaitingList
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapDelete("/api/tours/{id}/waiting-list", async (
            string id, [FromQuery] DateTimeOffset date, HttpContext context, Database database, SeatInventory inventory, IWaitingLine line,
            TimeProvider time, CancellationToken cancellationToken) =>
        {
            await database.InTransactionAsync(async transaction =>
            {
                if (await inventory.LockAsync(transaction, id, date) is not { } departure) return;
                if (await line.LeaveAsync(transaction, id, departure.StartsAt, context.User.UserId()) is > 0 and var freed)
                    await inventory.GiveBackAsync(transaction, id, departure.StartsAt, freed, SeatUse.Held, time.GetUtcNow());
            }, cancellationToken);
            return TypedResults.NoContent();
        })
        .RequireSignedIn()
        .WithName("LeaveWaitingList").WithTags("Tours")
        .Produces(StatusCodes.Status204NoContent)
        .ProducesProblem(StatusCodes.Status400BadRequest);
}
