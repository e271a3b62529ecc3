using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Bookings.Completion;
using RealtimeTours.Contracts.Events;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary><c>GET /api/tours/{id}/departures/{date}/bookings</c>: the manifest of a departure, for those who lead it.</summary>
internal static class ReadManifest
{
    public static IResult NoSuchTour => Problems.Of(404, "no_such_tour", "There is no such tour.");

    public static IResult NoSuchDeparture => Problems.Of(404, "no_such_departure", "The tour has no departure at this time.");

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/tours/{id}/departures/{date}/bookings", async (
            string id, string date, DepartureParties departures, GuestNames names, CancellationToken cancellationToken) =>
        {
            if (RequestInstant.Read(date) is not { } startsAt) return RequestInstant.Invalid("date");
            if (!RequestText.IsId(id) || !await departures.HasTourAsync(id, cancellationToken)) return NoSuchTour;
            if (await departures.FindAsync(id, startsAt, cancellationToken) is not { } parties) return NoSuchDeparture;
            var nameOf = await names.OfAsync(parties.Select(party => party.UserId), cancellationToken);
            return TypedResults.Ok(new SuccessEnvelope<DepartureManifest>(new DepartureManifest(
                [.. parties.Select(party => ToView(party, nameOf(party.UserId)))], parties.Sum(party => party.Participants))));
        })
        .RequireSignedIn(Roles.Guide, Roles.Operator)
        .WithName("ListDepartureBookings").WithTags("Guides")
        .Produces<SuccessEnvelope<DepartureManifest>>()
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static BookedParty ToView(Party party, string name) => new(party.BookingId, name, party.Participants, party.Status, party.Status switch
    {
        BookingStatus.Completed => Attendance.Confirmed,
        BookingStatus.NoShow => Attendance.NoShow,
        _ => null,
    });
}
