using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Popularity;

/// <summary><c>GET /api/tours/{id}/popularity</c>: how many seats of the tour have been sold; 0 for a tour that nobody has booked.</summary>
internal static class ReadPopularity
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/tours/{id}/popularity", AnswerAsync).WithName("ReadPopularity").WithTags("Tours").Produces<SuccessEnvelope<Popularity>>();

    private static async Task<IResult> AnswerAsync(string id, Database database, CancellationToken cancellationToken)
    {
        if (!RequestText.IsId(id)) return Problems.Of(404, "no_such_tour", "There is no such tour.");
        await using var connection = await database.OpenAsync(cancellationToken);
        var seats = await connection.QueryFirstOrDefaultAsync<long>(
            new CommandDefinition("SELECT seats FROM popularity WHERE tour_id = @id", new { id }, cancellationToken: cancellationToken));
        return TypedResults.Ok(new SuccessEnvelope<Popularity>(new Popularity(id, seats)));
    }

    internal sealed record Popularity(string TourId, long Seats);
}
