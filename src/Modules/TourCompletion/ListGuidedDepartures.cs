using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Bookings.Completion;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;

namespace RealtimeTours.Modules.TourCompletion;

/// <summary><c>GET /api/guide/departures</c>: booked departures of the last two days and of the next, by start; the first 200.</summary>
internal static class ListGuidedDepartures
{
    private static readonly TimeSpan Back = TimeSpan.FromHours(48);
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(24);

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/guide/departures", async (DepartureParties departures, TimeProvider time, CancellationToken cancellationToken) =>
        {
            var now = time.GetUtcNow();
            var found = await departures.ListAsync(now - Back, now + Ahead, Paging.MaxLimit, cancellationToken);
            return TypedResults.Ok(new SuccessEnvelope<GuidedDepartures>(new GuidedDepartures([.. found.Select(ToView)])));
        })
        .RequireSignedIn(Roles.Guide, Roles.Operator)
        .WithName("ListGuidedDepartures").WithTags("Guides").Produces<SuccessEnvelope<GuidedDepartures>>();

    private static GuidedDeparture ToView(BookedDeparture departure) => new(
        departure.TourId, departure.TourName, departure.TimeZone, departure.StartsAt, (int)departure.Parties, (int)departure.Participants,
        (int)departure.Unspoken);
}
