using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeTours.Contracts.Rest;
using RealtimeTours.Platform.Hosting.Requests;
using RealtimeTours.Platform.Storage;

namespace RealtimeTours.Modules.Users.Accounts;

/// <summary><c>GET /api/me</c>: the caller's own details; of a contact the roles are the token's.</summary>
internal static class ReadProfile
{
    public static IResult NoSuchUser => Problems.Of(StatusCodes.Status404NotFound, "no_such_user", "There is no such account here.");

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints
        .MapGet("/api/me", AnswerAsync).RequireSignedIn().WithName("ReadProfile").WithTags("Users")
        .Produces<SuccessEnvelope<UserAnswer>>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> AnswerAsync(HttpContext context, Database database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        if (await UserTable.FindAsync(connection, context.User.UserId(), cancellationToken) is not { } user) return NoSuchUser;
        var roles = user.PasswordHash is null ? context.User.FindAll("role").Select(role => role.Value).ToArray() : user.RoleNames;
        return TypedResults.Ok(new SuccessEnvelope<UserAnswer>(new UserAnswer(user.ToView(roles))));
    }
}
