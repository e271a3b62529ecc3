using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Bookings.Completion;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary>
/// <c>POST /api/dev/tours/{id}/departures/{date}/complete</c>: completes a departure that has not begun, to show what follows. In Development only.
/// </summary>
internal static class CompleteDepartureNow
{
    private const int Batch = 100;

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/api/dev/tours/{id}/departures/{date}/complete", async (
            string id, string date, DepartureParties departures, Database database, RecordAttendance record, TimeProvider time,
            CancellationToken cancellationToken) =>
        {
            if (RequestInstant.Read(date) is not { } startsAt) return RequestInstant.Invalid("date");
            if (!RequestText.IsId(id) || await departures.FindAsync(id, startsAt, cancellationToken) is not { } parties)
                return ReadManifest.NoSuchDeparture;
            var now = Microseconds.Of(time.GetUtcNow());
            var word = new AttendanceWord(Attendance.Confirmed, Attendance.ByGuide, SpokenAt: now, BegunBy: startsAt);
            var completed = new List<string>();
            foreach (var batch in parties.Where(party => party.Status == BookingStatus.Confirmed).Select(party => party.BookingId).Chunk(Batch))
                completed.AddRange(await database.InTransactionAsync(transaction => record.RunAsync(transaction, batch, word), cancellationToken));
            return TypedResults.Ok(new SuccessEnvelope<CompletedTour>(new CompletedTour(completed, [], [])));
        })
        .RequireSignedIn(Roles.Operator)
        .WithName("CompleteDepartureNow").WithTags("Development").Produces<SuccessEnvelope<CompletedTour>>()
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
